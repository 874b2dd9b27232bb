/** What happened in a chaos run and what was left of it: all that the checker sees. Times are ms since the Unix epoch. */

/** Done to processes. */
export const processFaultKinds = ['kill', 'pause', 'rebalance', 'broker restart', 'Milvus restart'] as const;

/** Done by toxiproxy to what goes over one link. */
export const toxicKinds = [
  'latency',
  'reset',
  'slices',
  'blackhole',
  'bandwidth',
  'hold',
  'latency to Milvus',
  'reset to Milvus',
  'slices to Milvus',
  'blackhole to Milvus',
] as const;
export type ToxicKind = (typeof toxicKinds)[number];

export const faultKinds = [...processFaultKinds, ...toxicKinds] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault that was done to a process or a link. */
export interface Fault {
  readonly kind: FaultKind;
  /** Such as `validator-2` or `link to validator-2`, or what joined or left. */
  readonly target: string;
  readonly atMs: number;
  /** When what it did was undone: the process or the link goes on, or answers again. Absent where the run ended before. */
  readonly untilMs?: number;
  /** Batches that the status read just before it shows sent and not answered. */
  readonly batchesInFlight: number;
  /** Whether it met work under way on its target. */
  readonly hit: boolean;
}

/** A record as it stands in the topic at the end. */
export interface LoggedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: number;
  /** The producer's own number of the record, counted over all partitions from 0. */
  readonly sequence: number;
  readonly timestampMs: number;
}

/** How far the group had committed at a moment, and how far the topic went, by partition. */
export interface ProgressSample {
  readonly atMs: number;
  readonly committed: readonly number[];
  readonly end: readonly number[];
}

export interface History {
  readonly partitions: number;
  /** Sequences below this were acknowledged to the producer. */
  readonly acknowledged: number;
  /** The whole topic, each partition in offset order. */
  readonly log: readonly LoggedRecord[];
  readonly faults: readonly Fault[];
  readonly progress: readonly ProgressSample[];
}

/** A row of the collection. `offset` and `partition` are what the services put in, `sequence` and `vector` the producer. */
export interface FinalRow {
  readonly key: number;
  readonly partition: number;
  readonly offset: number;
  readonly sequence: number;
  readonly vector: readonly number[];
}

/** What a consumer counted since its last start. */
export interface FinalCounts {
  readonly process: string;
  readonly read: number;
  /** By what became of the records; `under_way` is what has no end yet. */
  readonly ends: Readonly<Record<string, number>>;
}

export interface FinalState {
  readonly rows: readonly FinalRow[];
  /** `count(*)`, which counts rows that share a key one by one. */
  readonly count: number;
  /** Offsets by partition; 0 where nothing was committed. */
  readonly committed: readonly number[];
  readonly deadLetters: readonly { readonly partition: number; readonly offset: number; readonly code: string }[];
  readonly counts: readonly FinalCounts[];
}
