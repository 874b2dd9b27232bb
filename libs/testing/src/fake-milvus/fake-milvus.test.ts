import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterEach, expect, test } from 'vitest';
import { decodeRows } from './decode-rows.ts';
import { type FakeMilvus, type FakeReply, startFakeMilvus } from './fake-milvus.ts';

const collection = {
  name: 'things',
  hasDynamicField: true,
  fields: [
    { name: 'id', type: DataType.Int64, isPrimaryKey: true },
    { name: 'note', type: DataType.VarChar, isNullable: true, params: { max_length: 50 } },
    { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
  ],
};
const row = { id: '7', note: null, vector: [0.5, -1] };

let fake: FakeMilvus;
let sdk: MilvusClient;
let reply: FakeReply = { kind: 'apply' };

async function start(): Promise<void> {
  fake = await startFakeMilvus({ collections: [collection], script: () => reply });
  sdk = new MilvusClient({ address: fake.address, maxRetries: 0, timeout: 2_000, telemetry: { enabled: false } });
}
afterEach(async () => {
  await sdk.closeConnection();
  await fake.stop();
});

test("Milvus's own SDK describes a collection and upserts into it; the fake decodes what arrived", async () => {
  await start();
  const described = await sdk.describeCollection({ collection_name: 'things' });
  expect(described.schema.fields.map(({ name, dataType }) => [name, dataType])).toEqual([
    ['id', DataType.Int64],
    ['note', DataType.VarChar],
    ['vector', DataType.FloatVector],
  ]);
  const answer = await sdk.upsert({ collection_name: 'things', data: [row] });
  expect(answer.status.error_code).toBe('Success');
  expect(fake.writes).toEqual(fake.applied);
  expect(fake.applied.map(({ method, request }) => [method, decodeRows(request)])).toEqual([
    ['Upsert', [expect.objectContaining({ id: 7n, note: null, vector: [0.5, -1] })]],
  ]);
});

test('a refused write is recorded and has no effect; a lost one has its effect and no answer', async () => {
  await start();
  reply = { kind: 'refuse', status: { code: 9, reason: 'quota' } };
  expect((await sdk.upsert({ collection_name: 'things', data: [row] })).status).toMatchObject({
    code: 9,
    reason: 'quota',
  });
  expect([fake.writes.length, fake.applied.length]).toEqual([1, 0]);
  reply = { kind: 'lose' };
  await expect(sdk.upsert({ collection_name: 'things', data: [row] })).rejects.toThrow();
  expect([fake.writes.length, fake.applied.length]).toEqual([2, 1]);
});

test('a collection that was dropped is not found', async () => {
  await start();
  fake.dropCollection('things');
  expect((await sdk.describeCollection({ collection_name: 'things' })).status.code).toBe(100);
});
