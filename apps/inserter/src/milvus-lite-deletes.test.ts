import { FieldType, InsertMode, NotAppliedReason, Result, Tombstones } from '@millrace/contracts';
import { type MilvusServer, startMilvusLite } from '@millrace/testing';
import { DataType, MilvusClient as Sdk } from '@zilliz/milvus2-sdk-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import { DeletedKey, type TestEntry, type TestField } from './testing/entity-batch.ts';
import { InsertClient, open, type TestLane } from './testing/insert-stream.ts';
import { expectCase, openLane } from './testing/lane-session.ts';
import { inParts } from './testing/random-rows.ts';
import { startTestInserter } from './testing/test-inserter.ts';

let milvus: MilvusServer;
let sdk: Sdk;
let inserter: Inserter;
let client: InsertClient;

beforeAll(async () => {
  milvus = await startMilvusLite();
  sdk = new Sdk({ address: milvus.address, maxRetries: 0 });
  inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${milvus.address}` });
  client = new InsertClient(inserter.grpcPort);
});
afterAll(async () => {
  client?.close();
  await inserter?.stop();
  await sdk?.closeConnection();
  await milvus?.remove();
});

const lengths = { max_length: 100 };
async function create(name: string, keyType: DataType, partitionKey = false): Promise<void> {
  await sdk.createCollection({
    collection_name: name,
    fields: [
      { name: 'id', data_type: keyType, is_primary_key: true, ...lengths },
      { name: 'at', data_type: DataType.Int64, is_partition_key: partitionKey },
      { name: 'note', data_type: DataType.VarChar, nullable: true, ...lengths },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
}

const fieldsOf = (type: FieldType): readonly TestField[] => [
  { name: 'id', type },
  { name: 'at', type: FieldType.INT64 },
  { name: 'note', type: FieldType.VARCHAR, hasValidity: true },
  { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
];
const row = (id: bigint | string, at = 0, note: string | null = null): TestEntry => ({
  id,
  at: BigInt(at),
  note,
  vector: [at, 1],
});
const gone = (key: bigint | string) => new DeletedKey(key);
const laneOf = (collection: string, more: Partial<TestLane> = {}): TestLane => ({
  target: { collection },
  recordOptions: { tombstones: Tombstones.DELETE },
  ...more,
});

async function read(name: string): Promise<Readonly<Record<string, unknown>>> {
  await sdk.loadCollection({ collection_name: name });
  const { data } = await sdk.query({
    collection_name: name,
    filter: 'at >= 0',
    output_fields: ['id', 'at', 'note', 'vector'],
    limit: 16_000,
  });
  return Object.fromEntries(data.map(({ id, at, note, vector }) => [id, [Number(at), note, vector[0]]]));
}

test('random upserts and deletes of 1,000 keys, cut at random: the table is the fold of the log', {
  timeout: 300_000,
}, async () => {
  const [min, max] = [-(2n ** 63n), 2n ** 63n - 1n];
  const keys = Array.from(
    { length: 1_000 },
    (_, index) => [BigInt(index) - 500n, min + BigInt(index), max - BigInt(index)][index % 3] ?? 0n,
  );
  const anyLog = fc.record({
    log: fc.array(fc.record({ key: fc.constantFrom(...keys), isDelete: fc.boolean() }), {
      minLength: 4_000,
      maxLength: 4_000,
      size: 'max',
    }),
    cuts: fc.array(fc.nat(4_000), { minLength: 10, maxLength: 60 }),
  });
  let number = 0;
  const property = fc.asyncProperty(anyLog, async ({ log, cuts }) => {
    const name = `random${number++}`;
    await create(name, DataType.Int64);
    const session = await openLane(client, laneOf(name), fieldsOf(FieldType.INT64));
    const entries = log.map(({ key, isDelete }, offset) => (isDelete ? gone(key) : row(key, offset)));
    const parts = inParts(entries, cuts);
    let settled = 0;
    // As a lane does: no more batches under way than granted.
    for (const [index, part] of parts.entries()) {
      session.send(part, { notAfterMs: Date.now() + 60_000 });
      if (index + 1 - settled < session.opened.grantBatches) continue;
      expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
      settled += 1;
    }
    for (const outcome of await session.finish()) expect(outcome).toMatchObject({ result: Result.APPLIED });
    const expected = new Map<string, unknown>();
    for (const [offset, { key, isDelete }] of log.entries()) {
      if (isDelete) expected.delete(String(key));
      else expected.set(String(key), [offset, null, offset]);
    }
    expect(await read(name)).toEqual(Object.fromEntries(expected));
  });
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
});

describe('text keys', () => {
  const hostile = ['', '"', "'", '\\', "' or 1==1 or '", '" or id != "', '{keys}', '[1]', '\n', 'é𝄞'];

  test('are upserted as they are', async () => {
    await create('texts', DataType.VarChar);
    const session = await openLane(client, { target: { collection: 'texts' } }, fieldsOf(FieldType.VARCHAR));
    session.send(hostile.map((key, index) => row(key, index)));
    expect(await session.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: hostile.length }]);
    expect(await read('texts')).toEqual(Object.fromEntries(hostile.map((key, index) => [key, [index, null, index]])));
  });

  test('are not deleted, since milvus-lite has no templates: the lane is refused and says what it takes', async () => {
    const stream = client.stream();
    stream.send(open(laneOf('texts')));
    const { failure } = expectCase(await stream.next(), 'refused').value;
    expect(failure?.code).toBe('lane.delete_needs_templates');
    expect(Object.keys(await read('texts'))).toHaveLength(hostile.length);
  });
});

describe('a partition', () => {
  test('gets the rows and loses the deleted ones; one that is missing blocks the lane until it is there', async () => {
    await create('parted', DataType.Int64);
    const lane = laneOf('parted', { target: { collection: 'parted', partition: 'p1' } });
    const missing = await openLane(client, lane, fieldsOf(FieldType.INT64));
    missing.send([row(1n)]);
    const failure = { code: 'milvus.partition_not_found', milvusCode: 200 };
    expect(await missing.finish()).toMatchObject([{ reason: NotAppliedReason.BLOCKED, failure, rejections: [] }]);
    const deleting = await openLane(client, lane, fieldsOf(FieldType.INT64));
    deleting.send([gone(1n)]);
    expect(await deleting.finish()).toMatchObject([{ reason: NotAppliedReason.BLOCKED, failure, rejections: [] }]);

    await sdk.createPartition({ collection_name: 'parted', partition_name: 'p1' });
    const session = await openLane(client, lane, fieldsOf(FieldType.INT64));
    session.send([row(1n, 1), row(2n, 2), gone(1n)]);
    expect(await session.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 1, deletedRows: 1 }]);
    await sdk.loadCollection({ collection_name: 'parted' });
    const query = (partition: string) =>
      sdk.query({ collection_name: 'parted', partition_names: [partition], filter: 'at >= 0', output_fields: ['id'] });
    expect((await query('p1')).data.map(({ id }) => id)).toEqual(['2']);
    expect((await query('_default')).data).toEqual([]);
  });

  test('is refused where the collection chooses partitions by a key', async () => {
    await create('keyed', DataType.Int64, true);
    const stream = client.stream();
    stream.send(open({ target: { collection: 'keyed', partition: 'p1' } }));
    expect(expectCase(await stream.next(), 'refused').value.failure?.code).toBe('lane.partition_with_partition_key');
  });
});

test('a partial update sets the fields that it has and keeps the others; behind a delete it keeps nothing', async () => {
  await create('updated', DataType.Int64);
  const all = fieldsOf(FieldType.INT64);
  const whole = await openLane(client, laneOf('updated'), all);
  whole.send([row(1n, 1, 'one'), row(2n, 2, 'two'), row(3n, 3, 'three')]);
  await whole.finish();
  const writeOptions = { insertMode: InsertMode.UPDATE };
  const [id, at, , vector] = all;
  const notes = await openLane(
    client,
    laneOf('updated', { writeOptions }),
    all.filter(({ name }) => name !== 'at' && name !== 'vector'),
  );
  notes.send([
    { id: 1n, note: null },
    { id: 2n, note: 'deux' },
  ]);
  expect(await notes.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 2 }]);
  const others = await openLane(
    client,
    laneOf('updated', { writeOptions }),
    [id, at, vector].filter((field) => field !== undefined),
  );
  others.send([gone(3n), { id: 3n, at: 33n, vector: [33, 1] }]);
  expect(await others.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 1, deletedRows: 1 }]);
  expect(await read('updated')).toEqual({ 1: [1, null, 1], 2: [2, 'deux', 2], 3: [33, null, 33] });
});

test('milvus-lite merges every upsert: what only the old row has in the dynamic field stays (Milvus replaces it)', async () => {
  await sdk.createCollection({
    collection_name: 'merged',
    enable_dynamic_field: true,
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
  const session = await openLane(client, laneOf('merged'), [
    { name: 'id', type: FieldType.INT64 },
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
    { name: '$meta', type: FieldType.JSON, isDynamic: true },
  ]);
  session.send([{ id: 1n, vector: [1, 1], $meta: '{"old":1,"both":1}' }]);
  expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
  session.send([{ id: 1n, vector: [2, 2], $meta: '{"both":2,"new":2}' }]);
  await session.finish();
  await sdk.loadCollection({ collection_name: 'merged' });
  const { data } = await sdk.query({ collection_name: 'merged', filter: 'id >= 0', output_fields: ['*'] });
  expect(data).toEqual([{ id: '1', vector: [2, 2], $meta: { old: 1, both: 2, new: 2 } }]);
});
