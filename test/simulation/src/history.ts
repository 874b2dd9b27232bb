/** The world's time at the start of a run, milliseconds since the Unix epoch. */
export const epochMs = 1_700_000_000_000;

/** Something that happened, at the world's time in milliseconds from the start of the run. */
export type Happening = { readonly atMs: number } & Event;

export type Event =
  /** A record was appended to the log. */
  | { readonly kind: 'appended'; readonly partition: number; readonly offset: number }
  /** A lane was given what a fetch brought. */
  | { readonly kind: 'read'; readonly process: string; readonly partition: number; readonly offsets: readonly number[] }
  /** A consumer sent a batch. */
  | {
      readonly kind: 'sent';
      readonly process: string;
      readonly partition: number;
      /** Counts the streams of a run. */
      readonly stream: number;
      readonly offsets: readonly number[];
      /** Its expiry as its sender's clock shows it, milliseconds since the Unix epoch. */
      readonly notAfterMs: number;
      /** When it can no longer take effect in Milvus, whoever's clock its expiry is read on. */
      readonly landsUntilMs: number;
    }
  /** A consumer learned the definite outcome of the oldest batch on a stream that had none. */
  | { readonly kind: 'answered'; readonly partition: number; readonly stream: number }
  /** A write took effect in Milvus: all of it, at once. */
  | { readonly kind: 'effect'; readonly write: number; readonly by: string; readonly changes: readonly Change[] }
  /** What the writer of a write was told. */
  | { readonly kind: 'answer'; readonly write: number; readonly by: string; readonly end: WriteEnd }
  /** The group took a commit. */
  | {
      readonly kind: 'commit';
      readonly process: string;
      readonly generation: number;
      readonly partition: number;
      readonly offset: number;
      readonly metadata: string | null;
    }
  /** The group refused one. */
  | { readonly kind: 'commit refused'; readonly process: string; readonly why: string }
  /** The dead letter topic took a record's letter. */
  | { readonly kind: 'letter'; readonly process: string; readonly partition: number; readonly offset: number }
  /** A member of the group was given its partitions. */
  | {
      readonly kind: 'assigned';
      readonly process: string;
      readonly generation: number;
      readonly partitions: readonly number[];
    }
  /** A consumer cannot know what became of records that it had sent: their outcome is indefinite, or never came. */
  | {
      readonly kind: 'doubt';
      readonly process: string;
      readonly partition: number;
      readonly offsets: readonly number[];
    }
  /** Something was done to the pipeline; by its name where a scenario asked for it. */
  | { readonly kind: 'fault'; readonly what: string; readonly name?: string }
  /** A consumer is about to end: what it has counted. */
  | { readonly kind: 'counted'; readonly process: string; readonly counted: Counted }
  /** A line of a process's log, of level warn or error. */
  | { readonly kind: 'log'; readonly process: string; readonly event: string; readonly message: string };

/** A row that was written, with the offset of its record; or a key that was deleted. */
export type Change =
  | { readonly key: number; readonly partition: number; readonly offset: number }
  | { readonly key: number; readonly partition: number; readonly offset: undefined };

/** `definite`: done, or refused without an effect; `indefinite`: nobody can tell. */
export type WriteEnd = 'done' | 'definite' | 'indefinite';

export interface Counted {
  readonly read: number;
  readonly written: number;
  readonly superseded: number;
  readonly deleted: number;
  readonly filtered: number;
  readonly deadLettered: number;
  readonly released: number;
  /** Read, and without an end yet. */
  readonly unsettled: number;
}

/** What a run leaves behind for the checker, in order. */
export class History {
  readonly happenings: Happening[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(event: Event): void {
    this.happenings.push({ atMs: this.#now(), ...event });
  }
}
