import { KeyFormat, type Outcome, Result, Tombstones } from '@millrace/contracts';
import { allWritten, FakeInserter } from '@millrace/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { books, goodBook } from './testing/collections.ts';
import { LaneClient, type LaneOptions } from './testing/lane-client.ts';
import type { TestRecord } from './testing/record-batches.ts';
import { startValidator } from './testing/running-validator.ts';

let inserter: FakeInserter;
let validator: RunningService;
let clients: LaneClient[];

beforeEach(async () => {
  inserter = new FakeInserter();
  inserter.collections.set('books', books);
  clients = [];
  validator = await startValidator(await inserter.start());
});

afterEach(async () => {
  for (const client of clients) client.close();
  await validator.stop();
  inserter.stop();
});

async function openLane(more: LaneOptions): Promise<LaneClient> {
  const client = new LaneClient(validator.grpcPort);
  clients.push(client);
  client.open(more);
  expect(await client.first()).toMatchObject({ $case: 'opened' });
  return client;
}

const deleteMarker = { path: ['op'], values: ['d'] };
const deleting = { tombstones: Tombstones.DELETE, keyFormat: KeyFormat.JSON, deleteMarker };
const ignoring = { tombstones: Tombstones.IGNORE, keyFormat: KeyFormat.JSON, deleteMarker };
const row = (id: number): TestRecord => ({ value: goodBook(id), key: `${id}` });
const tombstone = (id: number): TestRecord => ({ value: null, key: `${id}` });
const marked = (id: number): TestRecord => ({ value: `{"op": "d", "id": ${id}}` });
const bad: TestRecord = { value: '{}', key: '1' };

const countsOf = ({ writtenRows, supersededRows, deletedRows, filteredRows, rejections }: Outcome) => ({
  written: writtenRows,
  superseded: supersededRows,
  deleted: deletedRows,
  filtered: filteredRows,
  rejected: rejections.length,
});

describe('each record of a batch counts once', () => {
  test('as written, deleted or rejected', async () => {
    const lane = await openLane({ recordOptions: deleting });
    lane.sendRecords([row(1), tombstone(1), bad, marked(2), row(3), { value: null }]);
    const [outcome] = await lane.answered(1);
    expect(outcome && countsOf(outcome)).toEqual({ written: 2, superseded: 0, deleted: 2, filtered: 0, rejected: 2 });
    const [batch] = inserter.streams[0]?.batches ?? [];
    expect(batch).toMatchObject({ rowCount: 2, offsetDeltas: [0n, 4n], deletes: { offsetDeltas: [1n, 3n] } });
    expect(batch?.deletes?.keys).toMatchObject({
      fieldName: 'id',
      elements: Buffer.from([1, 2]),
      valid: Buffer.alloc(0),
    });
  });

  test('as filtered, also where nothing is left to send', async () => {
    const lane = await openLane({ recordOptions: ignoring });
    lane.sendRecords([tombstone(1), { value: null }]);
    lane.sendRecords([tombstone(1), bad]);
    lane.sendRecords([tombstone(1), row(1), tombstone(2)]);
    expect((await lane.answered(3)).map(countsOf)).toEqual([
      { written: 0, superseded: 0, deleted: 0, filtered: 2, rejected: 0 },
      { written: 0, superseded: 0, deleted: 0, filtered: 1, rejected: 1 },
      { written: 1, superseded: 0, deleted: 0, filtered: 2, rejected: 0 },
    ]);
    expect(inserter.streams[0]?.batches).toHaveLength(1);
  });

  test('over all parts of a batch', async () => {
    inserter.grant = { batches: 8, bytes: 1_000, batchBytesMax: 70 };
    const lane = await openLane({ recordOptions: deleting });
    lane.sendRecords([row(1), tombstone(1), row(2), tombstone(2), tombstone(3)]);
    const [outcome] = await lane.answered(1);
    expect(outcome && countsOf(outcome)).toMatchObject({ written: 2, deleted: 3 });
    const sent = inserter.streams[0]?.batches ?? [];
    expect(sent.map(({ rowCount, deletes }) => [rowCount, deletes?.offsetDeltas.length])).toEqual([
      [1, 1],
      [1, 1],
      [0, 1],
    ]);
  });

  test('up to a rejection by the inserter that stops the lane, and not behind it', async () => {
    inserter.answer = ({ firstOffset }) => ({
      result: Result.APPLIED,
      stopped: true,
      writtenRows: 1,
      rejections: [
        {
          offset: firstOffset + 2n,
          violations: [],
          stage: 5,
          milvusCode: 1100,
          violationsOmitted: 0,
          primaryKey: '2',
          schemaVersion: '',
        },
      ],
    });
    const lane = await openLane({ recordOptions: ignoring, writeOptions: { stopAtRejection: true } });
    lane.sendRecords([row(1), tombstone(1), row(2), tombstone(2), row(3)]);
    const [outcome] = await lane.answered(1);
    expect(outcome).toMatchObject({ stopped: true, rejections: [{ offset: 2n }] });
    expect(outcome && countsOf(outcome)).toMatchObject({ written: 1, filtered: 1, rejected: 1 });
  });
});

test('property: the counts of a batch add up to its records, however it is cut', async () => {
  const record = fc.oneof(
    fc.nat(5).map(row),
    fc.nat(5).map(tombstone),
    fc.nat(5).map(marked),
    fc.constantFrom<TestRecord>(
      bad,
      { value: null },
      { value: 'x' },
      { value: null, key: 'x' },
      { value: '{"op":"d"}' },
    ),
  );
  const options = fc.constantFrom(deleting, ignoring, { deleteMarker });
  inserter.answer = (batch) => {
    const superseded = batch.rowCount > 1 ? 1 : 0;
    return { ...allWritten(batch), writtenRows: batch.rowCount - superseded, supersededRows: superseded };
  };
  await fc.assert(
    fc.asyncProperty(
      options,
      fc.array(record, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 58, max: 500 }),
      async (recordOptions, records, batchBytesMax) => {
        inserter.grant = { batches: 2, bytes: 1_000, batchBytesMax };
        const lane = await openLane({ recordOptions });
        lane.sendRecords(records);
        const [outcome] = await lane.answered(1);
        expect(outcome?.result).toBe(Result.APPLIED);
        const counts = Object.values(outcome ? countsOf(outcome) : {});
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(records.length);
        lane.close();
      },
    ),
    { numRuns: 150 },
  );
});
