import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterEach, expect, test } from 'vitest';
import { decodeRows } from './decode-rows.ts';
import { tableOf } from './effects.ts';
import { type FakeMilvus, type FakeReply, startFakeMilvus } from './fake-milvus.ts';
import { decodeDeleteWithSdk } from './sdk-deletes.ts';

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
let reply: FakeReply;

async function start(): Promise<void> {
  reply = { kind: 'apply' };
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
  expect(fake.applied.map((write) => [write.method, write.method !== 'Delete' && decodeRows(write.request)])).toEqual([
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

test('deletes by values beside the expression and by numbers in it are recorded, counted and decoded', async () => {
  await start();
  const keys = { filter: 'id in {keys}', exprValues: { keys: [7, -8] } };
  expect(await sdk.delete({ collection_name: 'things', partition_name: 'p', ...keys })).toMatchObject({
    status: { error_code: 'Success' },
    delete_cnt: '2',
  });
  await sdk.delete({ collection_name: 'things', filter: 'id in [7,-8]' });
  await sdk.delete({ collection_name: 'things', filter: 'id in {k}', exprValues: { k: ['', 'ä"\\'] } });
  const decoded = { collection: 'things', keyField: 'id' };
  expect(fake.applied.map(({ bytes }) => decodeDeleteWithSdk(bytes))).toMatchObject([
    { ...decoded, keys: [7n, -8n], partition: 'p' },
    { ...decoded, keys: [7n, -8n], partition: '' },
    { ...decoded, keys: ['', 'ä"\\'] },
  ]);
});

test('the effects of writes are a table: the last row of a key, without what was deleted since', async () => {
  await start();
  const upsert = (id: string, note: string) => sdk.upsert({ collection_name: 'things', data: [{ ...row, id, note }] });
  await upsert('7', 'a');
  await upsert('8', 'b');
  await upsert('7', 'c');
  await sdk.delete({ collection_name: 'things', filter: 'id in [8,9]' });
  await sdk.upsert({ collection_name: 'things', data: [{ id: '7', note: 'd' }], partial_update: true });
  expect([...tableOf(fake.applied, 'id').values()]).toEqual([
    expect.objectContaining({ id: 7n, note: 'd', vector: [0.5, -1] }),
  ]);
});
