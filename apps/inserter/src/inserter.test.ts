import { type ServiceError, status } from '@grpc/grpc-js';
import {
  FailureClass,
  FieldType,
  InsertMode,
  InsertRequest,
  NotAppliedReason,
  RejectionStage,
  Result,
  statusDetails,
} from '@millrace/contracts';
import {
  decodeRows,
  endOfPlainCall,
  type FakeCollection,
  type FakeMilvus,
  type FakeReply,
  type FakeRow,
  type FakeWrite,
  startFakeMilvus,
} from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import { entityBatch, type TestField, type TestRow } from './testing/entity-batch.ts';
import { batch, InsertClient, open, type TestLane } from './testing/insert-stream.ts';
import { expectCase, openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

const fields: readonly TestField[] = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'title', type: FieldType.VARCHAR },
];
const things: FakeCollection = {
  name: 'things',
  fields: [
    { name: 'id', type: DataType.Int64, isPrimaryKey: true },
    { name: 'title', type: DataType.VarChar, params: { max_length: 50 } },
  ],
  collectionId: 9n,
  updateTimestamp: 2n ** 60n + 1n,
};
const autoId: FakeCollection = {
  name: 'auto',
  fields: [
    { name: 'pk', type: DataType.Int64, isPrimaryKey: true, autoId: true },
    { name: 'id', type: DataType.Int64 },
    { name: 'title', type: DataType.VarChar, params: { max_length: 50 } },
  ],
};
const lane: TestLane = { target: { collection: 'things' } };
const row = (id: bigint, title = 'x'): TestRow => ({ id, title });

let fake: FakeMilvus;
let inserter: Inserter;
let client: InsertClient;
let script: (write: FakeWrite) => FakeReply | Promise<FakeReply>;

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${fake.address}`, ...environment });
  client = new InsertClient(inserter.grpcPort);
}
beforeEach(async () => {
  script = () => ({ kind: 'apply' });
  fake = await startFakeMilvus({ collections: [things, autoId], script: (write) => script(write) });
});
afterEach(async () => {
  client.close();
  await inserter.stop();
  await fake.stop();
});

const get = async (path: string) => fetch(`http://127.0.0.1:${inserter.httpPort}${path}`);
interface ShownCollection {
  readonly streams: number;
  readonly lastFailure?: { readonly code: string };
}
async function shownCollection(): Promise<ShownCollection | undefined> {
  const { collections } = (await (await get('/status')).json()) as { collections: readonly ShownCollection[] };
  return collections[0];
}
const rowsOf = (write: FakeWrite | undefined): readonly FakeRow[] =>
  write && write.method !== 'Delete' ? decodeRows(write.request) : [];
const refuseRows =
  (code: number, isBad: (row: FakeRow) => boolean) =>
  (write: FakeWrite): FakeReply =>
    rowsOf(write).some(isBad) ? { kind: 'refuse', status: { code, reason: 'bad \u0007row' } } : { kind: 'apply' };

/** A script that holds every write back until it is let go. */
function holdWrites() {
  const arrived: PromiseWithResolvers<void>[] = [];
  const held: PromiseWithResolvers<FakeReply>[] = [];
  const at = <Item>(list: PromiseWithResolvers<Item>[], index: number): PromiseWithResolvers<Item> =>
    (list[index] ??= Promise.withResolvers<Item>());
  script = ({ number }) => {
    at(arrived, number - 1).resolve();
    return at(held, number - 1).promise;
  };
  return {
    arrival: (number: number) => at(arrived, number - 1).promise,
    reply: (number: number, reply: FakeReply = { kind: 'apply' }) => at(held, number - 1).resolve(reply),
  };
}

describe('a write', () => {
  test('carries the rows, the schema timestamp, database, token and trace', async () => {
    fake.setCollection({ ...things, database: 'db' });
    await start({ MILVUS_TOKEN: 'root:Milvus' });
    const session = await openLane(client, { target: { collection: 'things', database: 'db' } }, fields);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    session.send([row(1n), row(2n, 'äöü')], { traceparent });
    expect(await session.outcome()).toMatchObject({
      sequence: 1n,
      result: Result.APPLIED,
      writtenRows: 2,
      supersededRows: 0,
    });
    const [write] = fake.applied;
    expect(rowsOf(write)).toEqual([row(1n), row(2n, 'äöü')]);
    expect(write?.request).toMatchObject({ dbName: 'db', collectionName: 'things', schemaTimestamp: 2n ** 60n + 1n });
    expect(write?.metadata).toMatchObject({
      authorization: Buffer.from('root:Milvus').toString('base64'),
      dbname: 'db',
    });
    await session.finish();
  });

  test('carries structs, of which each key has the last', async () => {
    const shape = [
      { name: 'n', type: DataType.Int8 },
      { name: 'v', type: DataType.FloatVector, params: { dim: 2 } },
    ];
    const struct = { name: 's', type: 200 as DataType, members: shape, params: { max_capacity: 5 } };
    fake.setCollection({ ...things, fields: [...things.fields, struct] });
    await start();
    const held = holdWrites();
    const members = [
      { name: 'n', type: FieldType.INT8 },
      { name: 'v', type: FieldType.FLOAT_VECTOR, dim: 2 },
    ];
    const session = await openLane(client, lane, [...fields, { name: 's', type: FieldType.ARRAY_OF_STRUCT, members }]);
    const withStructs = (id: bigint, count: number) => ({
      ...row(id),
      s: Array.from({ length: count }, (_, n) => ({ n, v: [n, -n - 1] })),
    });
    session.send([withStructs(1n, 1)]);
    await held.arrival(1);
    session.send([withStructs(2n, 2), withStructs(3n, 0)]);
    session.send([withStructs(2n, 5)]);
    held.reply(1);
    held.reply(2);
    expect(await session.finish()).toMatchObject([{ writtenRows: 1 }, { supersededRows: 1 }, { writtenRows: 1 }]);
    expect(fake.applied.map(rowsOf)).toEqual([[withStructs(1n, 1)], [withStructs(3n, 0), withStructs(2n, 5)]]);
  });

  test('is one at a time for a stream; batches that come meanwhile are merged, the last row of a key wins', async () => {
    await start();
    const held = holdWrites();
    const session = await openLane(client, lane, fields);
    session.send([row(1n, 'a')]);
    await held.arrival(1);
    session.send([row(2n, 'b'), row(3n, 'c')]);
    session.send([row(2n, 'd')]);
    session.send([]);
    held.reply(1);
    held.reply(2);
    expect(await session.finish()).toMatchObject([
      { sequence: 1n, writtenRows: 1 },
      { sequence: 2n, writtenRows: 1, supersededRows: 1 },
      { sequence: 3n, writtenRows: 1, supersededRows: 0 },
      { sequence: 4n, result: Result.APPLIED, writtenRows: 0 },
    ]);
    expect(fake.applied.map(rowsOf)).toEqual([[row(1n, 'a')], [row(3n, 'c'), row(2n, 'd')]]);
  });

  test('runs to its end when its stream is cancelled, and no other is begun for it', async () => {
    await start();
    const held = holdWrites();
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    await held.arrival(1);
    session.send([row(2n)]);
    session.stream.cancel();
    held.reply(1);
    // The collection's one stream is over once its write has ended.
    await expect.poll(async () => (await shownCollection())?.streams).toBe(0);
    expect(fake.applied.map(rowsOf)).toEqual([[row(1n)]]);
    expect(fake.writes).toHaveLength(1);
  });
});

describe('a server of milvus-lite', () => {
  test('gets one write of a collection at a time, over all streams and names', async () => {
    await fake.stop();
    let running = 0;
    let runningMax = 0;
    fake = await startFakeMilvus({
      collections: [things],
      version: 'milvus_lite-3.2.2',
      script: async () => {
        running += 1;
        runningMax = Math.max(runningMax, running);
        await new Promise<void>((resolve) => setImmediate(resolve));
        running -= 1;
        return { kind: 'apply' };
      },
    });
    await start();
    const sessions = await Promise.all([1, 2, 3].map(() => openLane(client, lane, fields)));
    for (const session of sessions) session.send([row(1n)]);
    for (const session of sessions) session.send([row(2n)]);
    const outcomes = await Promise.all(sessions.map((session) => session.finish()));
    expect(outcomes.flat().map(({ result }) => result)).toEqual(new Array(6).fill(Result.APPLIED));
    expect(runningMax).toBe(1);
  });
});

describe('a refusal', () => {
  test('for a quota blocks the batch and ends the stream; nothing is rejected', async () => {
    await start();
    script = () => ({ kind: 'refuse', status: { code: 9, reason: 'disk quota' } });
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    expect(await session.outcome()).toMatchObject({
      result: Result.NOT_APPLIED,
      reason: NotAppliedReason.BLOCKED,
      failure: { class: FailureClass.LATER, code: 'milvus.quota', milvusCode: 9, retryAfterMs: 5_000n },
      rejections: [],
    });
    session.send([row(2n)]);
    expect(await session.finish()).toMatchObject([{ sequence: 2n, reason: NotAppliedReason.NOT_STARTED }]);
    expect(fake.writes).toHaveLength(1);
    expect((await shownCollection())?.lastFailure).toMatchObject({ code: 'milvus.quota' });
  });

  test('that says later is tried again in place', async () => {
    await start();
    script = ({ number }) => (number < 3 ? { kind: 'refuse', status: { code: 8 } } : { kind: 'apply' });
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    expect(await session.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 1 }]);
    expect([fake.writes.length, fake.applied.length]).toEqual([3, 1]);
  });

  test('for the data is traced to its rows, which come back as rejections; the others are written', async () => {
    await start();
    const held = holdWrites();
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    await held.arrival(1);
    script = refuseRows(1100, ({ title }) => title === 'bad');
    session.send([row(1n, 'b'), row(2n, 'bad'), row(3n), row(1n, 'c')]);
    session.send([row(3n, 'd'), row(4n, 'bad')]);
    held.reply(1);
    const [, second, third] = await session.finish();
    expect(second).toMatchObject({
      result: Result.APPLIED,
      rejections: [{ offset: 102n, stage: RejectionStage.WRITE, milvusCode: 1100 }],
    });
    expect(third).toMatchObject({ result: Result.APPLIED, rejections: [{ offset: 106n }] });
    expect(second?.rejections[0]?.violations).toEqual([
      {
        code: 'milvus.row_refused',
        path: '$',
        message: 'Milvus refused the write: bad \\u{7}row',
        expected: '',
        found: '',
        hint: 'correct the record and send it again',
      },
    ]);
    expect([second, third].map((outcome) => (outcome?.writtenRows ?? 0) + (outcome?.supersededRows ?? 0))).toEqual([
      3, 1,
    ]);
    const table = new Map(fake.applied.flatMap(rowsOf).map(({ id, title }) => [id, title]));
    expect(table).toEqual(
      new Map([
        [1n, 'c'],
        [3n, 'd'],
      ]),
    );
  });

  test("for the data is told without Milvus's words where values are masked", async () => {
    await start();
    script = refuseRows(1100, ({ title }) => title === 'bad');
    const session = await openLane(client, { ...lane, recordOptions: { maskValues: true } }, fields);
    session.send([row(1n), row(2n, 'bad')]);
    const [outcome] = await session.finish();
    expect(outcome?.rejections[0]?.violations[0]).toMatchObject({
      code: 'milvus.row_refused',
      message: 'Milvus refused the write with code 1100; its words are masked',
    });
  });

  test('for its size is written in parts', async () => {
    await start();
    script = (write) =>
      rowsOf(write).length > 2
        ? { kind: 'grpc', code: status.RESOURCE_EXHAUSTED, details: 'grpc: received message larger than max (9 vs. 8)' }
        : { kind: 'apply' };
    const session = await openLane(client, lane, fields);
    session.send([1n, 2n, 3n, 4n, 5n].map((id) => row(id)));
    expect(await session.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 5, rejections: [] }]);
    expect(fake.applied.flatMap(rowsOf).map(({ id }) => id)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  test('for the data, when the collection has changed meanwhile, rejects nothing: the resend is encoded anew', async () => {
    await start();
    script = () => {
      fake.setCollection({ ...things, updateTimestamp: 2n ** 61n });
      return { kind: 'refuse', status: { code: 1100 } };
    };
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    expect(await session.finish()).toMatchObject([
      { result: Result.NOT_APPLIED, reason: NotAppliedReason.SCHEMA_CHANGED, rejections: [] },
    ]);
  });

  test('for the data is not looked for again when time ran out: the resend goes on where it stopped', async () => {
    // Time for four quick writes on a busy machine, and a fifth that ends when no sixth may begin.
    await start({ WRITE_BUDGET_MIN_MS: '2000' });
    const notAfterMs = Date.now() + 5_000;
    let slow = true;
    script = async (write) => {
      if (slow && write.number === 5) {
        await new Promise<void>((resolve) => setTimeout(resolve, notAfterMs - 1_500 - Date.now()));
      }
      return refuseRows(1100, ({ title }) => title === 'bad')(write);
    };
    const rows = [row(1n, 'bad'), row(2n), row(3n), row(4n), row(5n), row(6n), row(7n), row(8n)];
    const session = await openLane(client, lane, fields);
    session.send(rows, { notAfterMs });
    expect(await session.finish()).toMatchObject([{ result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED }]);
    slow = false;
    const before = fake.writes.length;
    const again = await openLane(client, lane, fields);
    again.send(rows);
    expect(await again.finish()).toMatchObject([
      { result: Result.APPLIED, writtenRows: 7, rejections: [{ offset: 100n }] },
    ]);
    expect(fake.writes.length).toBe(before + 1);
  });

  test('for the schema, though the collection is the same, makes the lane wait instead of running in circles', async () => {
    await start();
    script = () => ({ kind: 'refuse', status: { code: 109 } });
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    expect(await session.finish()).toMatchObject([
      { reason: NotAppliedReason.BLOCKED, failure: { class: FailureClass.LATER, code: 'milvus.schema_unsettled' } },
    ]);
  });

  test('for the schema of a collection that has changed is SCHEMA_CHANGED', async () => {
    await start();
    script = () => {
      fake.setCollection({ ...things, updateTimestamp: 2n ** 61n });
      return { kind: 'refuse', status: { code: 109 } };
    };
    const session = await openLane(client, lane, fields);
    session.send([row(1n)]);
    expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED }]);
  });

  test('stops the lane at the row where it shall stop at rejections', async () => {
    await start();
    script = refuseRows(1100, ({ title }) => title === 'bad');
    const session = await openLane(client, { ...lane, writeOptions: { stopAtRejection: true } }, fields);
    session.send([row(1n), row(2n, 'bad'), row(3n)]);
    session.send([row(4n)]);
    expect(await session.finish()).toMatchObject([
      { result: Result.APPLIED, stopped: true, writtenRows: 1, rejections: [{ offset: 101n }] },
      { result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED },
    ]);
    expect(fake.applied.flatMap(rowsOf).map(({ id }) => id)).toEqual([1n]);
  });
});

describe('an answer that leaves doubt is INDEFINITE', () => {
  test.each<[string, FakeReply]>([
    ['a lost response', { kind: 'lose' }],
    ['a count that is too small', { kind: 'answer', result: { upsertCnt: 1n } }],
    ['rows that failed', { kind: 'answer', result: { errIndex: [0] } }],
    ['a code without a class', { kind: 'refuse', status: { code: 65_535 } }],
    ['an unnamed gRPC status', { kind: 'grpc', code: status.INTERNAL }],
  ])('%s', async (_, reply) => {
    await start();
    script = () => reply;
    const session = await openLane(client, lane, fields);
    session.send([row(1n), row(2n)]);
    session.send([row(3n)]);
    const [first, second] = await session.finish();
    expect(first).toMatchObject({ result: Result.INDEFINITE, failure: { class: FailureClass.LATER } });
    expect(second?.result).not.toBe(Result.APPLIED);
    expect(fake.writes).toHaveLength(1);
  });

  test('rows that were inserted without an answer are counted in the status, rows of an upsert are not', async () => {
    await start();
    script = () => ({ kind: 'lose' });
    const inserts = await openLane(client, { target: { collection: 'auto' } }, fields);
    expect(inserts.opened.insertMode).toBe(InsertMode.INSERT);
    inserts.send([row(1n), row(2n)]);
    await inserts.finish();
    const upserts = await openLane(client, lane, fields);
    expect(upserts.opened.insertMode).toBe(InsertMode.UPSERT);
    upserts.send([row(1n)]);
    await upserts.finish();
    const status = await fetch(`http://127.0.0.1:${inserter.httpPort}/status`);
    expect(await status.json()).toMatchObject({ possibleDuplicates: { rows: 2 } });
  });

  test('no answer until not_after; then the connection is cut and the next write has another', async () => {
    await start();
    holdWrites();
    const session = await openLane(client, lane, fields);
    const before = fake.connections;
    session.send([row(1n)], { notAfterMs: Date.now() + 400 });
    expect(await session.finish()).toMatchObject([{ result: Result.INDEFINITE }]);
    expect(fake.connections).toBe(before + 1);
    script = () => ({ kind: 'apply' });
    const again = await openLane(client, lane, fields);
    again.send([row(1n)]);
    expect(await again.finish()).toMatchObject([{ result: Result.APPLIED }]);
    expect(fake.connections).toBe(before + 2);
  });
});

test('a server that does not know the call is an operator error, not a success', async () => {
  await start();
  script = () => ({ kind: 'empty' });
  const session = await openLane(client, lane, fields);
  session.send([row(1n)]);
  expect(await session.finish()).toMatchObject([
    { reason: NotAppliedReason.BLOCKED, failure: { class: FailureClass.OPERATOR, code: 'milvus.not_implemented' } },
  ]);
});

test('a batch whose time is over is EXPIRED without a call', async () => {
  await start();
  const session = await openLane(client, lane, fields);
  session.send([row(1n)], { notAfterMs: Date.now() + 50 });
  expect(await session.finish()).toMatchObject([{ result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED }]);
  expect(fake.writes).toHaveLength(0);
});

test('a batch encoded for another version of the collection is not written', async () => {
  await start();
  const session = await openLane(client, lane, fields);
  session.send([row(1n)], { version: { collectionId: 9n, schemaTimestamp: 1n, fingerprint: 'old' } });
  expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED }]);
  expect(fake.writes).toHaveLength(0);
});

describe('a collection that makes its own keys', () => {
  const auto: TestLane = { target: { collection: 'auto' } };

  test('is inserted into, rows of one key too; what is written is listed when the batch is not applied', async () => {
    await start();
    script = (write) =>
      write.number === 5
        ? { kind: 'refuse', status: { code: 9 } }
        : refuseRows(1100, ({ title }) => title === 'bad')(write);
    const session = await openLane(client, auto, fields);
    session.send([row(1n), row(1n), row(2n, 'bad'), row(3n)]);
    expect(await session.finish()).toMatchObject([
      { result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, writtenOffsets: [100n, 101n] },
    ]);
    expect(fake.writes.every(({ method }) => method === 'Insert')).toBe(true);
    expect(fake.applied.flatMap(rowsOf)).toEqual([row(1n), row(1n)]);
  });

  test('is not upserted into', async () => {
    await start();
    const stream = client.stream();
    stream.send(open({ ...auto, writeOptions: { insertMode: InsertMode.UPSERT } }));
    expect(expectCase(await stream.next(), 'refused').value.failure).toMatchObject({
      class: FailureClass.OPERATOR,
      code: 'lane.upsert_with_auto_id',
    });
    expect(await stream.next()).toBeUndefined();
  });
});

describe('a client that breaks the contract gets INVALID_ARGUMENT', () => {
  const cases: readonly (readonly [string, (bytesMax: number) => Parameters<typeof batch>[0]])[] = [
    ['a gap in the sequence', () => entityBatch(fields, [row(1n)], { sequence: 2n })],
    ['a malformed column', () => ({ ...entityBatch(fields, [row(1n)]), rowCount: 2, offsetDeltas: [0n, 1n] })],
    ['a batch that is too large', (bytesMax) => entityBatch(fields, [row(1n, 'x'.repeat(bytesMax))])],
    ['a not_after far ahead', () => entityBatch(fields, [row(1n)], { notAfterMs: Date.now() + 3_600_000 })],
  ];
  test.each(cases)('%s', async (_, make) => {
    await start({ BATCH_BYTES_MAX: '65536' });
    const session = await openLane(client, lane, fields);
    session.stream.send(batch(make(Number(session.opened.batchBytesMax))));
    await expect(session.stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('a batch before the lane is open, or a second OpenLane', async () => {
    await start();
    const stream = client.stream();
    stream.send(batch(entityBatch(fields, [row(1n)])));
    await expect(stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    const session = await openLane(client, lane, fields);
    session.stream.send(open(lane));
    await expect(session.stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('with the rule and the field in the details of the status, for any gRPC client', async () => {
    await start();
    const end = await endOfPlainCall(inserter.grpcPort, '/millrace.v1.Inserter/Insert', [
      InsertRequest.encode(batch(entityBatch(fields, [row(1n)]))).finish(),
    ]);
    expect(end).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'a batch before LaneOpened' });
    expect(statusDetails(end)).toEqual({
      code: 'stream.contract_broken',
      docs: 'docs/errors/stream.contract_broken.md',
      fields: [],
    });
    const session = await openLane(client, lane, fields);
    session.stream.send(batch(entityBatch(fields, [row(1n)], { sequence: 2n })));
    const error: ServiceError = await session.stream.next().then(
      () => Promise.reject(new Error('the stream goes on')),
      (thrown) => thrown,
    );
    expect(statusDetails(error)?.fields).toEqual([
      { field: 'batch.sequence', description: 'batch 2 is out of sequence' },
    ]);
  });

  test('more batches than granted', async () => {
    await start({ STREAM_BATCHES_MAX: '2' });
    holdWrites();
    const session = await openLane(client, lane, fields);
    expect(session.opened.grantBatches).toBe(2);
    for (const id of [1n, 2n, 3n]) session.send([row(id)]);
    await expect(session.stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    script = () => ({ kind: 'apply' });
  });
});

test('when the budget is spent a new lane waits, and the stream that is open longest is asked to drain', async () => {
  await start({ STREAM_BUDGET_BYTES: '1048576', BATCH_BYTES_MAX: '1048576' });
  const first = await openLane(client, lane, fields);
  const second = openLane(client, lane, fields);
  expectCase(await first.stream.next(), 'drain');
  first.send([row(1n)]);
  expect(await first.finish()).toMatchObject([{ result: Result.APPLIED }]);
  await (await second).finish();
});

test('a stop asks streams to drain, lets the write in flight end, and answers', async () => {
  await start();
  // There was a time without any stream.
  const earlier = await openLane(client, lane, fields);
  await earlier.finish();
  const held = holdWrites();
  const session = await openLane(client, lane, fields);
  session.send([row(1n)]);
  await held.arrival(1);
  session.send([row(2n)]);
  const stopped = inserter.stop();
  expectCase(await session.stream.next(), 'drain');
  // On the connection of the first one, which must not break for it.
  const late = client.stream();
  late.send(open(lane));
  await expect(late.next()).rejects.toMatchObject({ code: status.UNAVAILABLE, details: 'the inserter is stopping' });
  held.reply(1);
  held.reply(2);
  expect(await session.finish()).toMatchObject([{ result: Result.APPLIED }, { result: Result.APPLIED }]);
  await stopped;
  expect(fake.applied).toHaveLength(2);
});

test('a stop that takes too long begins no new write', async () => {
  await start({ SHUTDOWN_TIMEOUT_MS: '2900' });
  const held = holdWrites();
  const session = await openLane(client, lane, fields);
  session.send([row(1n)]);
  await held.arrival(1);
  session.send([row(2n)]);
  const stopped = inserter.stop();
  setTimeout(() => held.reply(1), 300);
  expect(await session.finish()).toMatchObject([
    { result: Result.APPLIED },
    { result: Result.NOT_APPLIED, reason: NotAppliedReason.DRAINING },
  ]);
  await stopped;
});

test('a client whose clock is ahead is refused: it would take not_after for past too early', async () => {
  await start();
  const stream = client.stream();
  const request = open(lane);
  if (request.message?.$case !== 'open') throw new Error('no OpenLane');
  const value = { ...request.message.value, clientTimeUnixMs: BigInt(Date.now() + 60_000) };
  stream.send({ message: { $case: 'open', value } });
  expect(expectCase(await stream.next(), 'refused').value.failure?.code).toBe('lane.clock_skew');
});
