import { InsertMode } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuditWorld, fieldNames, type TestLane, type TestRecord, type TestRows } from '../../test/audit-world.ts';
import { Audit } from './audit.ts';
import { LastOffsets } from './last-offsets.ts';
import type { State } from './tally.ts';

const keyMax = 30;
type Row = Readonly<Record<string, number>>;
const silent = { begin: () => {}, read: () => {} };
const value = fc.integer({ min: 0, max: 2 });
const keys = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: keyMax }));

const rowOf = (mode: InsertMode): fc.Arbitrary<TestRecord> =>
  fc.record({
    kind: fc.constant('row' as const),
    key: keys,
    values:
      mode === InsertMode.UPDATE
        ? fc
            .subarray([...fieldNames])
            .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, value]))))
        : fc.record({ a: value, b: value }),
  });

const recordOf = (mode: InsertMode): fc.Arbitrary<TestRecord> =>
  fc.oneof(
    { weight: 8, arbitrary: rowOf(mode) },
    { weight: 3, arbitrary: keys.map((key) => ({ kind: 'delete' as const, key })) },
    { weight: 1, arbitrary: fc.constant({ kind: 'filtered' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'broken' as const }) },
  );

const laneOf = (mode: InsertMode): fc.Arbitrary<TestLane> =>
  fc.array(recordOf(mode), { maxLength: 60, size: 'max' }).chain((records) =>
    fc.record({
      records: fc.constant(records),
      committed: fc.integer({ min: Math.floor(records.length / 2), max: records.length }),
      letters: fc.subarray(
        records.map((_, offset) => offset),
        { maxLength: Math.min(3, records.length) },
      ),
    }),
  );

interface Case {
  readonly lanes: readonly TestLane[];
  /** How far each lane has been written: in order, to this offset. */
  readonly applied: readonly number[];
  /** What somebody did to rows past the connector. */
  readonly harm: readonly (readonly [key: number, row: Row | null])[];
  readonly slots: number;
}

const wholeRow: fc.Arbitrary<Row> = fc.record({ a: value, b: value });

const caseOf = (mode: InsertMode): fc.Arbitrary<Case> =>
  fc.array(laneOf(mode), { minLength: 1, maxLength: 2 }).chain((lanes) =>
    fc.record({
      lanes: fc.constant(lanes),
      applied: fc.tuple(
        ...lanes.map(({ committed, records }) => fc.integer({ min: committed, max: records.length })),
      ) as fc.Arbitrary<number[]>,
      harm: fc.array(fc.tuple(fc.oneof(keys, fc.constant(keyMax + 1)), fc.option<Row>(wholeRow)), {
        maxLength: 4,
      }),
      slots: fc.constantFrom(16, 24, 10_000),
    }),
  );

/** A row as such, and each of its fields. */
type Values = Readonly<Record<string, string>>;
const whole = (row: object | undefined) => (row === undefined ? 'absent' : JSON.stringify(row, ['a', 'b']));

/** What a record says of each unit of its key, and what rows of Milvus are in the same terms. */
function unitsOf(record: TestRecord | undefined, mode: InsertMode, names: readonly string[]): Values {
  const isUpdate = mode === InsertMode.UPDATE;
  if (record?.kind !== 'row') return Object.fromEntries(names.map((name) => [name, 'absent']));
  if (!isUpdate) return { row: whole(record.values) };
  const set = Object.entries(record.values).map(([name, of]) => [name, String(of)]);
  return Object.fromEntries([['row', 'present'], ...set]);
}

function observedOf(row: Row | undefined, mode: InsertMode, unit: string): string {
  if (row === undefined) return 'absent';
  if (unit !== 'row') return String(row[unit]);
  return mode === InsertMode.UPDATE ? 'present' : whole(row);
}

/** The state of every offset by looking at all records for each of them. */
function reference({ lanes }: Case, rows: TestRows, mode: InsertMode): Record<string, number> {
  const counts: Record<string, number> = {};
  const all = ['row', ...(mode === InsertMode.UPDATE ? fieldNames : [])];
  const keyOf = (record: TestRecord) => ('key' in record ? record.key : undefined);
  for (const lane of lanes) {
    for (const [offset, record] of lane.records.entries()) {
      const state = stateOf(lane, offset, record);
      counts[state] = (counts[state] ?? 0) + 1;
    }
  }
  return counts;

  function stateOf(lane: TestLane, offset: number, record: TestRecord): State {
    if (offset >= lane.committed) return 'pending';
    if (lane.letters.includes(offset)) return 'dead-lettered';
    if (record.kind === 'filtered') return 'filtered';
    const key = keyOf(record);
    if (key === undefined) return 'missing';
    const claims = unitsOf(record, mode, ['row']);
    const live = Object.entries(claims).filter(([unit]) => lastOf(lane, key, unit, true) === offset);
    if (live.length === 0) return 'superseded';
    const row = rows.get(key);
    const wrong = live.map(([unit]) => unit).filter((unit) => observedOf(row, mode, unit) !== claims[unit]);
    if (wrong.length === 0) return record.kind === 'delete' ? 'deleted' : 'written';
    if (wrong.every((unit) => isExplained(lane, offset, unit, wrong))) return 'superseded';
    return row === undefined ? 'missing' : 'stale';
  }

  /** The last record of the lane that speaks of the unit; of a deleted key's fields it is the delete where that counts. */
  function lastOf(lane: TestLane, key: number, unit: string, deletesCount: boolean): number {
    return lane.records.findLastIndex((record, offset) => {
      if (offset >= lane.committed || lane.letters.includes(offset) || keyOf(record) !== key) return false;
      if (record.kind === 'delete') return unit === 'row' || deletesCount;
      return unit in unitsOf(record, mode, all);
    });
  }

  function isExplained(lane: TestLane, at: number, unit: string, wrong: readonly string[]): boolean {
    const key = keyOf(lane.records[at] ?? { kind: 'broken' }) ?? -1;
    return lanes.some((other) =>
      other.records.some((record, offset) => {
        if (keyOf(record) !== key) return false;
        const isOpen = offset >= other.committed || (other === lane && offset > at && lane.letters.includes(offset));
        const isLast = other !== lane && [...wrong, 'row'].some((each) => lastOf(other, key, each, false) === offset);
        if (!isOpen && !isLast) return false;
        const observed = observedOf(rows.get(key), mode, unit);
        // Behind a delete the key may have come back without the field.
        if (record.kind === 'delete' && unit !== 'row' && observed === 'undefined') return true;
        return unitsOf(record, mode, all)[unit] === observed;
      }),
    );
  }
}

/** What Milvus holds: the lanes' records as far as they are written, and then the harm. */
function rowsOf({ lanes, applied, harm }: Case, mode: InsertMode): TestRows {
  const world = new AuditWorld(lanes, new Map(), mode);
  for (const [index, { records, letters }] of lanes.entries()) {
    for (const [offset, record] of records.slice(0, applied[index]).entries()) {
      if (!letters.includes(offset)) world.apply(record);
    }
  }
  for (const [key, row] of harm) {
    if (row === null) world.rows.delete(key);
    else world.rows.set(key, row);
  }
  return world.rows;
}

test.each([
  ['whole rows', InsertMode.UPSERT],
  ['single fields', InsertMode.UPDATE],
])(
  'of %s, each offset is what a look at all records makes it, in as many passes as the memory needs',
  async (_name, mode) => {
    const passes = new Set<number>();
    await fc.assert(
      fc.asyncProperty(caseOf(mode), async (one) => {
        const rows = rowsOf(one, mode);
        const world = new AuditWorld(one.lanes, rows, mode);
        const lastOffsets = new LastOffsets(one.slots * 24);
        const audit = new Audit({
          topics: world,
          checks: world,
          lanes: world.lanes,
          lastOffsets,
          extra: true,
          progress: silent,
        });
        await audit.run();
        passes.add(audit.passes);
        const counts = Object.fromEntries([...audit.tally.counts].filter(([, count]) => count > 0));
        expect(counts).toEqual(reference(one, rows, mode));
        const sent = new Set(
          one.lanes.flatMap(({ records }) => records.map((record) => ('key' in record ? record.key : -1))),
        );
        expect(audit.tally.extra).toBe([...rows.keys()].filter((each) => !sent.has(each)).length);
        const read = one.lanes.reduce((sum, { committed }) => sum + committed, 0);
        expect(audit.tally.records).toBe(read);
      }),
      { numRuns: 500 },
    );
    expect(Math.max(...passes)).toBeGreaterThan(2);
  },
);
