import { type Failure, FailureClass, FieldType, NotAppliedReason, type Outcome, Result } from '@millrace/contracts';
import { type MilvusServer, startMilvusLite } from '@millrace/testing';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import type { TestField, TestRow } from './testing/entity-batch.ts';
import { InsertClient, open as openRequest } from './testing/insert-stream.ts';
import { expectCase, openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

let milvus: MilvusServer;
let sdk: MilvusClient;
let inserter: Inserter;
let client: InsertClient;

beforeAll(async () => {
  milvus = await startMilvusLite();
  sdk = new MilvusClient({ address: milvus.address, maxRetries: 0 });
  inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${milvus.address}` });
  client = new InsertClient(inserter.grpcPort);
});
afterAll(async () => {
  client?.close();
  await inserter?.stop();
  await sdk?.closeConnection();
  await milvus?.remove();
});

const fields: readonly TestField[] = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'title', type: FieldType.VARCHAR },
  { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 4 },
];

async function createCollection(name: string, titleMax = 10): Promise<void> {
  await sdk.createCollection({
    collection_name: name,
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'title', data_type: DataType.VarChar, max_length: titleMax },
      { name: 'vector', data_type: DataType.FloatVector, dim: 4 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
}

async function readAll(name: string) {
  await sdk.loadCollection({ collection_name: name });
  const { data } = await sdk.query({
    collection_name: name,
    filter: 'id > -9223372036854775808',
    output_fields: ['*'],
    limit: 16_000,
  });
  return data.toSorted((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
}

const floats = (...numbers: number[]) => numbers.map((number) => Math.fround(number));
const row = (id: bigint, title: string): TestRow => ({ id, title, vector: floats(0.1, -0.2, 1e-40, Number(id % 7n)) });

const open = (name: string) => openLane(client, { target: { collection: name } }, fields);
const results = (outcomes: readonly Outcome[]) => outcomes.map(({ result }) => result);

test('upserted rows are read back bit for bit, the last row of a key', async () => {
  await createCollection('exact');
  const max = 2n ** 63n - 1n;
  const session = await open('exact');
  session.send([row(1n, 'a'), row(-max, 'b'), row(max, 'c')]);
  session.send([row(1n, 'd'), row(2n, 'äöü')]);
  session.send([]);
  expect(results(await session.finish())).toEqual([Result.APPLIED, Result.APPLIED, Result.APPLIED]);
  const rows = await readAll('exact');
  expect(rows.map(({ id, title }) => [id, title])).toEqual([
    [String(-max), 'b'],
    ['1', 'd'],
    ['2', 'äöü'],
    [String(max), 'c'],
  ]);
  for (const { id, vector } of rows) expect(vector).toEqual(floats(0.1, -0.2, 1e-40, Number(BigInt(id) % 7n)));
});

test('every type of the contract is read back bit for bit, nulls, defaults and the dynamic field too', async () => {
  await sdk.createCollection({
    collection_name: 'types',
    enable_dynamic_field: true,
    fields: [
      { name: 'key', data_type: DataType.VarChar, is_primary_key: true, max_length: 100 },
      { name: 'bool', data_type: DataType.Bool },
      { name: 'int8', data_type: DataType.Int8 },
      { name: 'int16', data_type: DataType.Int16 },
      { name: 'int32', data_type: DataType.Int32, nullable: true },
      { name: 'int64', data_type: DataType.Int64, default_value: 5 },
      { name: 'float', data_type: DataType.Float },
      { name: 'double', data_type: DataType.Double },
      { name: 'text', data_type: DataType.VarChar, max_length: 100, nullable: true },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
  const typed: readonly TestField[] = [
    { name: 'key', type: FieldType.VARCHAR },
    { name: 'bool', type: FieldType.BOOL },
    { name: 'int8', type: FieldType.INT8 },
    { name: 'int16', type: FieldType.INT16 },
    { name: 'int32', type: FieldType.INT32, hasValidity: true },
    { name: 'int64', type: FieldType.INT64, hasValidity: true },
    { name: 'float', type: FieldType.FLOAT },
    { name: 'double', type: FieldType.DOUBLE },
    { name: 'text', type: FieldType.VARCHAR, hasValidity: true },
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
    { name: '$meta', type: FieldType.JSON, isDynamic: true },
  ];
  const session = await openLane(client, { target: { collection: 'types' } }, typed);
  const least = {
    bool: false,
    int8: -128,
    int16: -32_768,
    int32: -(2 ** 31),
    float: Math.fround(-1e-3),
    double: -1e-300,
  };
  const most = { bool: true, int8: 127, int16: 32_767, int32: 2 ** 31 - 1, float: Math.fround(3e38), double: 0.1 };
  session.send([{ key: 'a', ...least, int64: -(2n ** 63n), text: 'ä', vector: [1, 2], $meta: '{"extra":1}' }]);
  session.send([
    { key: 'b', ...most, int64: 2n ** 63n - 1n, text: '', vector: [3, 4], $meta: '{}' },
    { key: 'c', ...most, int32: null, int64: null, text: null, vector: [5, 6], $meta: '{"extra":{"deep":[true]}}' },
  ]);
  expect(results(await session.finish())).toEqual([Result.APPLIED, Result.APPLIED]);
  await sdk.loadCollection({ collection_name: 'types' });
  const names = typed.map(({ name }) => name);
  const { data } = await sdk.query({ collection_name: 'types', filter: 'key != ""', output_fields: names });
  expect(data.toSorted((a, b) => String(a.key).localeCompare(String(b.key)))).toEqual([
    { key: 'a', ...least, int64: String(-(2n ** 63n)), text: 'ä', vector: [1, 2], $meta: { extra: 1 } },
    { key: 'b', ...most, int64: String(2n ** 63n - 1n), text: '', vector: [3, 4], $meta: {} },
    { key: 'c', ...most, int32: null, int64: '5', text: null, vector: [5, 6], $meta: { extra: { deep: [true] } } },
  ]);
});

test('JSON and arrays of every element type are read back as they were sent, nulls too', async () => {
  const arrays = {
    bools: [FieldType.BOOL, DataType.Bool, [true, false]],
    int8s: [FieldType.INT8, DataType.Int8, [-128, 127]],
    int16s: [FieldType.INT16, DataType.Int16, [-32_768]],
    int32s: [FieldType.INT32, DataType.Int32, [2 ** 31 - 1, -1]],
    int64s: [FieldType.INT64, DataType.Int64, [2n ** 63n - 1n, -(2n ** 63n)]],
    floats: [FieldType.FLOAT, DataType.Float, [Math.fround(0.1), -1]],
    doubles: [FieldType.DOUBLE, DataType.Double, [5e-324]],
    texts: [FieldType.VARCHAR, DataType.VarChar, ['', 'äöü', 'a']],
  } as const;
  await sdk.createCollection({
    collection_name: 'nested',
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'doc', data_type: DataType.JSON, nullable: true },
      ...Object.entries(arrays).map(([name, [, element]]) => ({
        name,
        data_type: DataType.Array,
        element_type: element,
        max_capacity: 4,
        ...(element === DataType.VarChar && { max_length: 10 }),
        nullable: true,
      })),
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
  const nested: readonly TestField[] = [
    { name: 'id', type: FieldType.INT64 },
    { name: 'doc', type: FieldType.JSON, hasValidity: true },
    ...Object.entries(arrays).map(([name, [elementType]]) => ({
      name,
      type: FieldType.ARRAY,
      elementType,
      hasValidity: true,
    })),
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
  ];
  const all = (list: (values: (typeof arrays)[keyof typeof arrays][2]) => TestRow[string]) =>
    Object.fromEntries(Object.entries(arrays).map(([name, [, , values]]) => [name, list(values)]));
  const doc = '{ "n": [1.5, 9007199254740993, null], "é": { "__deep": "x" } }';
  const session = await openLane(client, { target: { collection: 'nested' } }, nested);
  session.send([
    { id: 1n, doc, ...all((values) => values), vector: [1, 2] },
    { id: 2n, doc: null, ...all(() => null), vector: [1, 2] },
  ]);
  session.send([{ id: 3n, doc: '[true]', ...all(() => []), vector: [1, 2] }]);
  expect(results(await session.finish())).toEqual([Result.APPLIED, Result.APPLIED]);
  const rows = await readAll('nested');
  const asText = (value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const read = (row: (typeof rows)[number] | undefined) =>
    Object.fromEntries(Object.keys(arrays).map((name) => [name, arrayOf(row?.[name])]));
  const arrayOf = (value: unknown): unknown => (Array.isArray(value) ? value.map(asText) : value);
  expect(read(rows[0])).toEqual(
    Object.fromEntries(Object.entries(arrays).map(([name, [, , values]]) => [name, values.map(asText)])),
  );
  expect(read(rows[1])).toEqual(all(() => null));
  expect(read(rows[2])).toEqual(all(() => []));
  expect(rows.map((row) => row.doc)).toEqual([JSON.parse(doc), null, [true]]);
});

test('moments are read back as the same moments, nulls too', async () => {
  await sdk.createCollection({
    collection_name: 'moments',
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'at', data_type: DataType.Timestamptz, nullable: true },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
  const session = await openLane(client, { target: { collection: 'moments' } }, [
    { name: 'id', type: FieldType.INT64 },
    { name: 'at', type: FieldType.TIMESTAMPTZ, hasValidity: true },
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
  ]);
  const moments = ['2026-01-31T23:59:59.999999+14:00', null, '2024-02-29T00:00:00Z', '1969-12-31T12:00:00.5-12:00'];
  session.send(moments.map((at, id) => ({ id: BigInt(id), at, vector: [1, 2] })));
  expect(results(await session.finish())).toEqual([Result.APPLIED]);
  expect((await readAll('moments')).map(({ at }) => at)).toEqual([
    '2026-01-31T09:59:59.999999Z',
    null,
    '2024-02-29T00:00:00Z',
    '1970-01-01T00:00:00.500000Z',
  ]);
});

test('geometries are read back as they were sent, nulls too', async () => {
  await sdk.createCollection({
    collection_name: 'places',
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'place', data_type: DataType.Geometry, nullable: true },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
  const session = await openLane(client, { target: { collection: 'places' } }, [
    { name: 'id', type: FieldType.INT64 },
    { name: 'place', type: FieldType.GEOMETRY, hasValidity: true },
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
  ]);
  const places = ['POINT (8.5 47.4)', null, 'POLYGON ((0 0, 4 0, 4 4, 0 0))'];
  session.send(places.map((place, id) => ({ id: BigInt(id), place, vector: [1, 2] })));
  expect(results(await session.finish())).toEqual([Result.APPLIED]);
  expect((await readAll('places')).map(({ place }) => place)).toEqual(places);
});

test('sparse vectors are read back bit for bit, beside a null vector', async () => {
  await sdk.createCollection({
    collection_name: 'sparse',
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'sparse', data_type: DataType.SparseFloatVector },
      { name: 'maybe', data_type: DataType.FloatVector, dim: 2, nullable: true },
    ],
    index_params: [
      { field_name: 'sparse', index_type: 'SPARSE_INVERTED_INDEX', metric_type: 'IP' },
      { field_name: 'maybe', index_type: 'FLAT', metric_type: 'L2' },
    ],
  });
  const session = await openLane(client, { target: { collection: 'sparse' } }, [
    { name: 'id', type: FieldType.INT64 },
    { name: 'sparse', type: FieldType.SPARSE_FLOAT_VECTOR },
    { name: 'maybe', type: FieldType.FLOAT_VECTOR, dim: 2, hasValidity: true },
  ]);
  const vectors = [{ 7: Math.fround(0.1), 4294967294: 2 ** -149 }, { 3: 1 }, { 0: Math.fround(3e38) }];
  session.send([{ id: 0n, sparse: vectors[0] ?? {}, maybe: [1, 2] }]);
  session.send([
    // Milvus Lite forgets entries that are zero.
    { id: 1n, sparse: { ...vectors[1], 9: 0 }, maybe: null },
    { id: 2n, sparse: vectors[2] ?? {}, maybe: [3, 4] },
  ]);
  expect(results(await session.finish())).toEqual([Result.APPLIED, Result.APPLIED]);
  const rows = await readAll('sparse');
  expect(rows.map(({ sparse }) => sparse)).toEqual(vectors);
  // Milvus Lite shows a null vector as zeros.
  expect(rows.map(({ maybe }) => maybe)).toEqual([
    [1, 2],
    [0, 0],
    [3, 4],
  ]);
});

test('a row that Milvus refuses is found and comes back as a rejection; its neighbours are written', async () => {
  await createCollection('bisected');
  const session = await open('bisected');
  const rows = Array.from({ length: 100 }, (_, id) => row(BigInt(id), id === 37 ? 'eleven long' : 'short'));
  session.send(rows);
  const [outcome] = await session.finish();
  expect(outcome).toMatchObject({
    result: Result.APPLIED,
    writtenRows: 99,
    rejections: [{ offset: 137n, milvusCode: 6, primaryKey: '37', schemaVersion: expect.stringMatching(/^\d+@/) }],
  });
  expect(outcome?.rejections[0]?.violations[0]?.message).toContain('max_length');
  expect((await readAll('bisected')).map(({ id }) => Number(id))).toEqual([...rows.keys()].filter((id) => id !== 37));
});

test('a collection that is missing is an operator error; the lane opens once it is there', async () => {
  const refused = await refusal('later');
  expect(refused).toMatchObject({ class: FailureClass.OPERATOR, code: 'milvus.collection_not_found', milvusCode: 100 });
  expect(refused?.hint).not.toBe('');
  await createCollection('later');
  const session = await open('later');
  session.send([row(1n, 'a')]);
  expect(results(await session.finish())).toEqual([Result.APPLIED]);
});

test('while Milvus is away batches are blocked and lanes refused; afterwards everything goes on', {
  timeout: 60_000,
}, async () => {
  await createCollection('away');
  const session = await open('away');
  await milvus.stop();
  session.send([row(1n, 'a')]);
  const unreachable = {
    class: FailureClass.LATER,
    code: 'milvus.unreachable',
    message: expect.stringContaining(milvus.address),
  };
  expect(await session.finish()).toMatchObject([
    { result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, failure: unreachable },
  ]);
  expect(await refusal('away')).toMatchObject(unreachable);
  await expect.poll(() => readiness(), { timeout: 10_000 }).toBe(503);

  await milvus.restart();
  await expect.poll(() => readiness(), { timeout: 10_000 }).toBe(200);
  await expect
    .poll(async () => (await client.describe({ collection: 'away' }, true))?.$case, { timeout: 15_000 })
    .toBe('collection');
  const again = await open('away');
  again.send([row(1n, 'a')]);
  expect(results(await again.finish())).toEqual([Result.APPLIED]);
  expect((await readAll('away')).map(({ id }) => id)).toEqual(['1']);
});

async function readiness(): Promise<number> {
  return (await fetch(`http://127.0.0.1:${inserter.httpPort}/readyz`)).status;
}

/** Why a lane for the collection is refused. */
async function refusal(name: string): Promise<Failure | undefined> {
  const stream = client.stream();
  stream.send(openRequest({ target: { collection: name } }));
  return expectCase(await stream.next(), 'refused').value.failure;
}
