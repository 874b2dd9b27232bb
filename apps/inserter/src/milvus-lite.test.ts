import { type Collection, FieldType, type Outcome, Result } from '@millrace/contracts';
import { type MilvusServer, startMilvusLite } from '@millrace/testing';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import { entityBatch, type TestField, type TestRow } from './testing/entity-batch.ts';
import { batch, InsertClient, open } from './testing/insert-stream.ts';
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

async function createCollection(name: string): Promise<void> {
  await sdk.createCollection({
    collection_name: name,
    fields: [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true },
      { name: 'title', data_type: DataType.VarChar, max_length: 10 },
      { name: 'vector', data_type: DataType.FloatVector, dim: 4 },
    ],
    index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
  });
}

async function described(name: string): Promise<Collection> {
  const answer = await client.describe({ collection: name }, true);
  if (answer?.$case !== 'collection') throw new Error(JSON.stringify(answer));
  return answer.value;
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

async function write(name: string, ...batches: readonly (readonly TestRow[])[]): Promise<readonly Outcome[]> {
  const { version } = await described(name);
  const stream = client.stream();
  stream.send(open({ target: { collection: name } }));
  const opened = await stream.next();
  if (opened?.$case !== 'opened')
    throw new Error(JSON.stringify(opened, (_, v) => (typeof v === 'bigint' ? String(v) : v)));
  let firstOffset = 100n;
  batches.forEach((rows, index) => {
    stream.send(
      batch(entityBatch(fields, rows, { sequence: BigInt(index + 1), firstOffset, ...(version && { version }) })),
    );
    firstOffset += BigInt(rows.length);
  });
  stream.halfClose();
  const outcomes: Outcome[] = [];
  for (let message = await stream.next(); message; message = await stream.next()) {
    if (message.$case === 'outcome') outcomes.push(message.value);
  }
  return outcomes;
}

test('upserted rows are read back bit for bit, the last row of a key', async () => {
  await createCollection('exact');
  const max = 2n ** 63n - 1n;
  const outcomes = await write(
    'exact',
    [row(1n, 'a'), row(-max, 'b'), row(max, 'c')],
    [row(1n, 'd'), row(2n, 'äöü')],
    [],
  );
  expect(outcomes.map(({ result }) => result)).toEqual([Result.APPLIED, Result.APPLIED, Result.APPLIED]);
  const rows = await readAll('exact');
  expect(rows.map(({ id, title }) => [id, title])).toEqual([
    [String(-max), 'b'],
    ['1', 'd'],
    ['2', 'äöü'],
    [String(max), 'c'],
  ]);
  for (const { id, vector } of rows) expect(vector).toEqual(floats(0.1, -0.2, 1e-40, Number(BigInt(id) % 7n)));
});
