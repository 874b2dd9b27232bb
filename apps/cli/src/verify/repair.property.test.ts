import { InsertMode } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AuditWorld, fieldNames, recordIn, type TestRecord } from '../../test/audit-world.ts';
import { Audit } from './audit.ts';
import { LastOffsets } from './last-offsets.ts';
import { repair } from './repair.ts';

const silent = { begin: () => {}, read: () => {} };
const value = fc.integer({ min: 0, max: 3 });
const key = fc.integer({ min: 0, max: 5 });

const recordOf = (mode: InsertMode): fc.Arbitrary<TestRecord> => {
  const names = mode === InsertMode.UPDATE ? fc.subarray([...fieldNames]) : fc.constant([...fieldNames]);
  const values = names.chain((of) => fc.record(Object.fromEntries(of.map((name) => [name, value]))));
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('row' as const), key, values }) },
    { weight: 1, arbitrary: key.map((of) => ({ kind: 'delete' as const, key: of })) },
  );
};

/** What other programs do at the next opportunity: somebody sends a record, or the connector writes its next one. */
type Event = { readonly send: TestRecord } | 'write' | 'nothing';

interface Case {
  readonly records: readonly TestRecord[];
  readonly harm: readonly (readonly [key: number, row: Readonly<Record<string, number>> | null])[];
  readonly events: readonly Event[];
}

const caseOf = (mode: InsertMode): fc.Arbitrary<Case> => {
  const row = fc.record({ a: value, b: value });
  return fc.record({
    records: fc.array(recordOf(mode), { minLength: 1, maxLength: 30, size: 'max' }),
    harm: fc.array(fc.tuple(key, fc.option<Readonly<Record<string, number>>>(row)), { minLength: 1, maxLength: 4 }),
    events: fc.array(
      fc.oneof(
        { weight: 2, arbitrary: recordOf(mode).map((send) => ({ send })) },
        { weight: 3, arbitrary: fc.constant('write' as const) },
        { weight: 1, arbitrary: fc.constant('nothing' as const) },
      ),
      { maxLength: 60, size: 'max' },
    ),
  });
};

/** A lane whose connector has written and committed all records, and goes on as the events say. */
class RunningConnector {
  readonly world: AuditWorld;
  readonly #lane: { readonly records: TestRecord[]; committed: number; readonly letters: readonly number[] };
  readonly #events: Event[];
  #written: number;

  constructor({ records, events }: Case, mode: InsertMode) {
    this.#lane = { records: [...records], committed: records.length, letters: [] };
    this.#events = [...events];
    this.#written = records.length;
    this.world = new AuditWorld([this.#lane], new Map(), mode);
    for (const record of records) this.world.apply(record);
    this.world.meanwhile = () => this.#next();
  }

  get records(): readonly TestRecord[] {
    return this.#lane.records;
  }

  /** Everything that was sent is written; nobody does anything any more. */
  finish(): void {
    this.world.meanwhile = () => {};
    while (this.#written < this.#lane.records.length) this.#write();
  }

  #next(): void {
    const event = this.#events.shift() ?? 'nothing';
    if (event === 'write') this.#write();
    else if (event !== 'nothing') this.#lane.records.push(event.send);
  }

  #write(): void {
    const record = this.#lane.records[this.#written];
    if (record === undefined) return;
    this.world.apply(record);
    this.#written += 1;
  }
}

async function auditOf(world: AuditWorld): Promise<Audit> {
  const audit = new Audit({
    topics: world,
    checks: world,
    lanes: world.lanes,
    lastOffsets: new LastOffsets(10_000),
    progress: silent,
  });
  await audit.run();
  return audit;
}

const modes = [
  ['whole rows', InsertMode.UPSERT],
  ['single fields', InsertMode.UPDATE],
] as const;

test.each(modes)('of %s, a connector that goes on meanwhile is no finding', async (_name, mode) => {
  await fc.assert(
    fc.asyncProperty(caseOf(mode), async (one) => {
      const { tally } = await auditOf(new RunningConnector(one, mode).world);
      expect([tally.count('missing'), tally.count('stale')]).toEqual([0, 0]);
    }),
    { numRuns: 500 },
  );
});

test.each(modes)(
  'of %s, what is repaired is right when all has come to rest, whatever came meanwhile',
  async (_name, mode) => {
    let mixed = 0;
    await fc.assert(
      fc.asyncProperty(caseOf(mode), async (one) => {
        const connector = new RunningConnector(one, mode);
        const { world } = connector;
        for (const [of, row] of one.harm) {
          if (row === null) world.rows.delete(of);
          else world.rows.set(of, row);
        }
        const { tally } = await auditOf(world);
        const writer = {
          write: async (_open: unknown, records: Parameters<typeof recordIn>[0][]) => {
            world.meanwhile();
            for (const record of records) world.apply(recordIn(record));
            world.meanwhile();
            return [];
          },
        };
        const { sent } = await repair(tally.offsets, { topics: world, checks: world, writer, progress: silent });
        if (sent > tally.count('missing') + tally.count('stale')) mixed += 1;
        connector.finish();

        const fold = new AuditWorld([{ records: [], committed: 0, letters: [] }], new Map(), mode);
        for (const record of connector.records) fold.apply(record);
        for (const offset of [...tally.offsets.values()].flat()) {
          const record = connector.records[Number(offset)];
          if (record === undefined || !('key' in record)) throw new Error('a finding without a record');
          const expected = fold.rows.get(record.key);
          expect(world.rows.get(record.key)).toEqual(
            expected === undefined ? undefined : expect.objectContaining(expected),
          );
        }
      }),
      { numRuns: 1_000 },
    );
    expect(mixed).toBeGreaterThan(50);
  },
);
