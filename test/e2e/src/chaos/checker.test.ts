import { describe, expect, it } from 'vitest';
import { check, type ViolationKind } from './checker.ts';
import type { FinalRow, FinalState, History, LoggedRecord } from './history.ts';
import { vectorOf } from './upserts.ts';

const partitions = 2;

/** Key, then the record's place in its partition by the order in which they stand here. */
const log: readonly LoggedRecord[] = [0, 1, 2, 0, 1, 0].map((key, sequence, keys) => ({
  key,
  sequence,
  partition: key % partitions,
  offset: keys.slice(0, sequence).filter((other) => other % partitions === key % partitions).length,
  timestampMs: 1_000 + sequence,
}));
const record = (sequence: number): LoggedRecord => {
  const found = log[sequence];
  if (found === undefined) throw new Error(`there is no record ${sequence}`);
  return found;
};
const rowOf = (sequence: number): FinalRow => ({ ...record(sequence), vector: vectorOf(sequence) });

const history: History = {
  partitions,
  acknowledged: log.length,
  log,
  faults: [
    { kind: 'kill', target: 'consumer-1', atMs: 500, untilMs: 900, batchesInFlight: 1, hit: true },
    { kind: 'pause', target: 'inserter-1', atMs: 1_500, untilMs: 1_900, batchesInFlight: 2, hit: true },
    { kind: 'kill', target: 'validator-1', atMs: 5_000, batchesInFlight: 3, hit: true },
  ],
  progress: [
    { atMs: 1_100, committed: [1, 1], end: [4, 2] },
    { atMs: 2_000, committed: [4, 2], end: [4, 2] },
  ],
};
const good: FinalState = {
  rows: [rowOf(5), rowOf(4), rowOf(2)],
  count: 3,
  committed: [4, 2],
  deadLetters: [],
  counts: [{ process: 'consumer-1', read: 6, ends: { written: 3, superseded: 1, released: 2, under_way: 0 } }],
};

const counted = (state: Partial<FinalState>, happened: Partial<History> = {}) =>
  Object.fromEntries(
    Object.entries(check({ ...history, ...happened }, { ...good, ...state }).counts).filter(([, count]) => count > 0),
  );

it('finds nothing where every row is that of its key’s last record', () => {
  expect(check(history, good)).toMatchObject({ violations: [] });
  expect(counted({})).toEqual({});
});

describe('a wrong history is caught:', () => {
  const wrong: [name: string, state: Partial<FinalState>, found: Partial<Record<ViolationKind, number>>][] = [
    ['a key without a row', { rows: [rowOf(5), rowOf(2)], count: 2 }, { missing: 1 }],
    ['no rows at all', { rows: [], count: 0 }, { missing: 3 }],
    ['the row of an older record', { rows: [rowOf(3), rowOf(4), rowOf(2)] }, { stale: 1 }],
    ['the oldest rows', { rows: [rowOf(0), rowOf(1), rowOf(2)] }, { stale: 2 }],
    ['a row with another’s vector', { rows: [{ ...rowOf(5), vector: vectorOf(3) }, rowOf(4), rowOf(2)] }, { torn: 1 }],
    ['a row with another’s offset', { rows: [{ ...rowOf(5), offset: 2 }, rowOf(4), rowOf(2)] }, { torn: 1 }],
    ['a row with another’s partition', { rows: [{ ...rowOf(5), partition: 1 }, rowOf(4), rowOf(2)] }, { torn: 1 }],
    ['a row of another key’s record', { rows: [{ ...rowOf(2), key: 0 }, rowOf(4), rowOf(2)] }, { torn: 1 }],
    ['a key that was never sent', { rows: [...good.rows, { ...rowOf(5), key: 9 }], count: 4 }, { extra: 1 }],
    ['rows that only the count shows', { count: 5 }, { duplicated: 2 }],
    ['a row that is read twice', { rows: [...good.rows, rowOf(5)], count: 4 }, { duplicated: 1 }],
    ['rows that the count does not show', { count: 2 }, { duplicated: 1 }],
    ['a dead letter', { deadLetters: [{ partition: 0, offset: 3, code: 'V001' }] }, { 'dead-lettered': 1 }],
    ['a commit below the end', { committed: [3, 2] }, { uncommitted: 1 }],
    ['a commit beyond the end', { committed: [4, 3] }, { uncommitted: 1 }],
    ['no commit', { committed: [] }, { uncommitted: 2 }],
    [
      'a record that was counted nowhere',
      { counts: [{ process: 'c', read: 6, ends: { written: 5 } }] },
      { miscounted: 1 },
    ],
    [
      'a record without an end',
      { counts: [{ process: 'c', read: 6, ends: { written: 5, under_way: 1 } }] },
      { miscounted: 1 },
    ],
  ];
  it.each(wrong)('%s', (_, state, found) => {
    expect(counted(state)).toEqual(found);
  });

  it('a record that Kafka acknowledged and lost', () => {
    expect(counted({}, { acknowledged: log.length + 1 })).toEqual({ unlogged: 1 });
  });
});

it('takes the log as it is, also where a producer sent a record twice', () => {
  const again = { ...record(3), offset: 4 };
  const twice = { log: [...log, again] };
  expect(counted({ committed: [5, 2] }, twice)).toEqual({ stale: 1 });
  expect(counted({ committed: [5, 2], rows: [{ ...rowOf(3), offset: 4 }, rowOf(4), rowOf(2)] }, twice)).toEqual({});
});

it('names key and offsets of a stale row, and the faults while its record was under way', () => {
  const { violations } = check(history, { ...good, rows: [rowOf(3), rowOf(4), rowOf(2)] });
  expect(violations).toEqual([
    {
      kind: 'stale',
      what: 'key 0 has the row of 0 @ 2 (record 3); its last record is 0 @ 3 (record 5)',
      faults: [history.faults[1]],
    },
  ]);
});
