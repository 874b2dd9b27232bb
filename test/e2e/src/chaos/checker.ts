import type { Fault, FinalRow, FinalState, History, LoggedRecord } from './history.ts';
import { vectorOf } from './upserts.ts';

/**
 * - `unlogged`: the broker acknowledged it and the topic does not hold it, or holds an offset twice; not of our making.
 * - `missing`: a key of the topic has no row.
 * - `stale`: a key's row is not that of its last record.
 * - `torn`: a row is of no record: its parts do not belong together, or no record is where it says.
 * - `extra`: a row whose key no record has.
 * - `duplicated`: more rows than keys.
 * - `dead-lettered`: every record can be written, so none may be given up.
 * - `uncommitted`: the group's offset is not the end of the partition.
 * - `miscounted`: a consumer's counters do not add up.
 */
export const violationKinds = [
  'unlogged',
  'missing',
  'stale',
  'torn',
  'extra',
  'duplicated',
  'dead-lettered',
  'uncommitted',
  'miscounted',
] as const;
export type ViolationKind = (typeof violationKinds)[number];

export interface Violation {
  readonly kind: ViolationKind;
  /** Keys, partitions and offsets, expected and found. */
  readonly what: string;
  /** Those that were at work while the record was under way. */
  readonly faults: readonly Fault[];
}

export interface Verdict {
  readonly counts: Readonly<Record<ViolationKind, number>>;
  /** The first few of each kind. */
  readonly violations: readonly Violation[];
}

const shownMax = 10;

type Place = Pick<LoggedRecord, 'partition' | 'offset'>;

/** Compares what is there with what a plain fold of the log says: the last record of each key, and no other. Pure. */
export function check(history: History, state: FinalState): Verdict {
  const last = new Map<number, LoggedRecord>();
  for (const record of history.log) last.set(record.key, record);

  const violations = [
    ...findUnlogged(history),
    ...findWrongRows(last, history, state.rows),
    ...findDuplicated(state),
    ...findDeadLetters(history, state),
    ...findUncommitted(history, state),
    ...findMiscounted(state),
  ];
  const of = (kind: ViolationKind) => violations.filter((violation) => violation.kind === kind);
  const counts = Object.fromEntries(violationKinds.map((kind) => [kind, of(kind).length]));
  const extraRows = Math.max(0, state.count - state.rows.length);
  return {
    counts: { ...(counts as Record<ViolationKind, number>), duplicated: extraRows + (counts.duplicated ?? 0) },
    violations: violationKinds.flatMap((kind) => of(kind).slice(0, shownMax)),
  };
}

function findUnlogged({ log, acknowledged }: History): Violation[] {
  const logged = new Uint8Array(acknowledged);
  for (const { sequence } of log) logged[sequence] = 1;
  const lost: number[] = [];
  for (const [sequence, isLogged] of logged.entries()) if (!isLogged) lost.push(sequence);
  const ends = new Map<number, number>();
  const unordered = log.filter(({ partition, offset }) => {
    const isBehind = offset <= (ends.get(partition) ?? -1);
    ends.set(partition, offset);
    return isBehind;
  });
  return [
    ...lost.map((sequence) => ({
      kind: 'unlogged' as const,
      what: `record ${sequence} is not in the topic`,
      faults: [],
    })),
    ...unordered.map((record) => ({ kind: 'unlogged' as const, what: `${place(record)} is out of order`, faults: [] })),
  ];
}

function findWrongRows(last: ReadonlyMap<number, LoggedRecord>, history: History, rows: readonly FinalRow[]) {
  const byPlace = recordsAt(history, rows);
  const found: Violation[] = [];
  const seen = new Set<number>();
  for (const row of rows) {
    seen.add(row.key);
    const wanted = last.get(row.key);
    if (wanted === undefined) {
      found.push({ kind: 'extra', what: `key ${row.key} has a row of ${place(row)} and no record`, faults: [] });
      continue;
    }
    const source = byPlace.get(place(row));
    if (source?.key !== row.key || source.sequence !== row.sequence || !isVectorOf(row)) {
      const what = `key ${row.key} has a row of ${place(row)}, record ${row.sequence}, vector ${row.vector}`;
      found.push({
        kind: 'torn',
        what: `${what}; its last record is ${named(wanted)}`,
        faults: around(history, wanted),
      });
    } else if (row.offset !== wanted.offset || row.partition !== wanted.partition) {
      const what = `key ${row.key} has the row of ${named(row)}; its last record is ${named(wanted)}`;
      found.push({ kind: 'stale', what, faults: around(history, wanted) });
    }
  }
  for (const [key, wanted] of last) {
    if (seen.has(key)) continue;
    const what = `key ${key} has no row; its last record is ${named(wanted)}`;
    found.push({ kind: 'missing', what, faults: around(history, wanted) });
  }
  return found;
}

function isVectorOf({ sequence, vector }: FinalRow): boolean {
  const wanted = vectorOf(sequence);
  return vector.length === wanted.length && wanted.every((number, index) => number === vector[index]);
}

function findDuplicated({ rows, count }: FinalState): Violation[] {
  const found: Violation[] = [];
  const seen = new Set<number>();
  for (const row of rows) {
    if (seen.has(row.key))
      found.push({ kind: 'duplicated', what: `key ${row.key} again, of ${place(row)}`, faults: [] });
    seen.add(row.key);
  }
  if (count < rows.length) {
    found.push({ kind: 'duplicated', what: `${rows.length} rows were read where Milvus counts ${count}`, faults: [] });
  }
  return found;
}

function findDeadLetters(history: History, { deadLetters }: FinalState): Violation[] {
  const records = recordsAt(history, deadLetters);
  return deadLetters.map((letter) => {
    const record = records.get(place(letter));
    return {
      kind: 'dead-lettered',
      what: `${place(letter)} is a dead letter (${letter.code})`,
      faults: record ? around(history, record) : [],
    };
  });
}

function findUncommitted({ log, partitions }: History, { committed }: FinalState): Violation[] {
  const ends = new Array<number>(partitions).fill(0);
  for (const { partition, offset } of log) ends[partition] = Math.max(ends[partition] ?? 0, offset + 1);
  return ends.flatMap((end, partition) =>
    committed[partition] === end
      ? []
      : [{ kind: 'uncommitted', what: `${committed[partition]} of ${end} in partition ${partition}`, faults: [] }],
  );
}

function findMiscounted({ counts }: FinalState): Violation[] {
  return counts.flatMap(({ process, read, ends }) => {
    const sum = Object.values(ends).reduce((total, count) => total + count, 0);
    const isDone = (ends.under_way ?? 0) === 0 && (ends.deadLettered ?? 0) === 0;
    return sum === read && isDone
      ? []
      : [{ kind: 'miscounted', what: `${process} read ${read} records: ${JSON.stringify(ends)}`, faults: [] }];
  });
}

/** The records at these places, by place. The log may hold millions, so no map is made of all. */
function recordsAt({ log }: History, places: readonly Place[]): Map<string, LoggedRecord> {
  const wanted = new Set(places.map(place));
  return new Map(log.flatMap((record) => (wanted.has(place(record)) ? [[place(record), record]] : [])));
}

/** The faults between the moment at which a record came into the topic and the commit that covers it. */
function around({ faults, progress }: History, { partition, offset, timestampMs }: LoggedRecord): Fault[] {
  const end = progress.find(({ committed }) => (committed[partition] ?? 0) > offset)?.atMs ?? Number.POSITIVE_INFINITY;
  return faults.filter(({ atMs, untilMs = Number.POSITIVE_INFINITY }) => atMs <= end && untilMs >= timestampMs);
}

const place = ({ partition, offset }: Place): string => `${partition} @ ${offset}`;

const named = (record: Place & { readonly sequence: number }): string => `${place(record)} (record ${record.sequence})`;
