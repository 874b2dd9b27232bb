import { FailureClass } from '@millrace/contracts';
import { ManualClock } from '@millrace/delivery';
import { type FakeCollection, type FakeMilvus, startFakeMilvus } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Collections, type Described, type Description } from './collections.ts';
import type { ResolvedTarget } from './targets.ts';
import { testConnection } from './testing/test-connection.ts';

const key = { name: 'id', type: DataType.Int64, isPrimaryKey: true } as const;
const base: FakeCollection = { name: 'c', fields: [key], collectionId: 3n, updateTimestamp: 5n };

let fake: FakeMilvus;
let target: ResolvedTarget;
let clock: ManualClock;
let collections: Collections;

beforeAll(async () => {
  fake = await startFakeMilvus();
  const [host = '', port = ''] = fake.address.split(':');
  const endpoint = { host, port: Number(port), tls: false, url: `http://${fake.address}` };
  target = { connection: { ...testConnection(), endpoint }, database: '', collection: 'c', partition: '' };
});
afterAll(() => fake.stop());
beforeEach(() => {
  clock = new ManualClock();
  collections = new Collections({ clock, timeoutMs: 5_000, ttlMs: 1_000 });
  fake.setCollection(base);
});
afterEach(() => collections.close());

function live(description: Description): Described {
  if (!description.ok) throw new Error(description.failure.message);
  return description.described;
}

test('a description names every property of every field', async () => {
  fake.setCollection({
    ...base,
    hasDynamicField: true,
    fields: [
      { ...key, autoId: true },
      { name: 'text', type: DataType.VarChar, isNullable: true, isPartitionKey: true, params: { max_length: 50 } },
      { name: 'count', type: DataType.Int64, default: { long_data: '0' } },
      { name: 'flag', type: DataType.Bool },
      { name: 'vector', type: DataType.FloatVector, params: { dim: 8 } },
      { name: 'tags', type: DataType.Array, elementType: DataType.VarChar, params: { max_capacity: 9, max_length: 7 } },
      { name: 'more', type: DataType.Array, elementType: DataType.VarChar, params: { max_capacity: 9 } },
      { name: 'half', type: DataType.Float16Vector, params: { dim: 4 } },
      { name: 'sparse', type: DataType.SparseFloatVector, isFunctionOutput: true },
      { name: 'day', type: 28 as DataType },
      { name: 'new', type: 4711 as DataType },
      {
        name: 'chunks',
        type: 200 as DataType,
        isNullable: true,
        params: { max_capacity: 20 },
        members: [
          { name: 'chunks[text]', type: DataType.VarChar, params: { max_length: 30 } },
          { name: 'embedding', type: DataType.FloatVector, params: { dim: 16 } },
        ],
      },
    ],
  });
  const { collection, keyField } = live(await collections.describe(target));
  expect(collection).toMatchObject({ name: 'c', hasDynamicField: true, serverVersion: 'v2.6.0' });
  const none = {
    isPrimaryKey: false,
    isAutoId: false,
    isNullable: false,
    hasDefault: false,
    isPartitionKey: false,
    isFunctionOutput: false,
    dim: 0,
    maxLength: 0,
    maxCapacity: 0,
    elementTypeCode: 0,
    subFields: [],
  };
  const field = (name: string, typeCode: number, typeName: string, more: object) => ({
    ...none,
    name,
    typeCode,
    typeName,
    ...more,
  });
  expect(collection.fields).toEqual([
    field('id', 5, 'Int64', { isPrimaryKey: true, isAutoId: true }),
    field('text', 21, 'VarChar', { isNullable: true, isPartitionKey: true, maxLength: 50 }),
    field('count', 5, 'Int64', { hasDefault: true }),
    field('flag', 1, 'Bool', {}),
    field('vector', 101, 'FloatVector', { dim: 8 }),
    field('tags', 22, 'Array', { maxCapacity: 9, maxLength: 7, elementTypeCode: 21 }),
    field('more', 22, 'Array', { maxCapacity: 9, maxLength: 65_535, elementTypeCode: 21 }),
    field('half', 102, 'Float16Vector', { dim: 4 }),
    field('sparse', 104, 'SparseFloatVector', { isFunctionOutput: true }),
    field('day', 0, 'Date', {}),
    field('new', 4711, '4711', {}),
    field('chunks', 200, 'ArrayOfStruct', {
      isNullable: true,
      maxCapacity: 20,
      subFields: [
        // Some versions of Milvus tell the names that they store.
        field('text', 22, 'Array of VarChar', {
          isNullable: true,
          maxLength: 30,
          maxCapacity: 20,
          elementTypeCode: 21,
        }),
        field('embedding', 106, 'ArrayOfVector of FloatVector', {
          isNullable: true,
          dim: 16,
          maxCapacity: 20,
          elementTypeCode: 101,
        }),
      ],
    }),
  ]);
  expect(keyField).toEqual(collection.fields[0]);
});

test('a version changes with the id, the timestamp or any field, and with nothing else', async () => {
  const version = async (change: Partial<FakeCollection>) => {
    fake.setCollection({ ...base, ...change });
    return live(await collections.describe(target, true)).version;
  };
  const first = await version({});
  expect(first).toMatchObject({ collectionId: 3n, schemaTimestamp: 5n });
  expect(await version({})).toEqual(first);
  expect(await version({ collectionId: 4n })).not.toEqual(first);
  expect(await version({ updateTimestamp: 6n })).not.toEqual(first);
  expect(await version({ fields: [key, { name: 'x', type: DataType.Bool }] })).not.toEqual(first);
  expect(await version({ hasDynamicField: true })).not.toEqual(first);
  const struct = (capacity: number) => ({
    fields: [
      key,
      { ...key, name: 's', members: [{ name: 'a', type: DataType.Int8 }], params: { max_capacity: capacity } },
    ],
  });
  expect(await version(struct(1))).not.toEqual(await version(struct(2)));
});

test('a description is believed for its time, asked for by one call at a time, and anew when dropped or refreshed', async () => {
  const asked = fake.describes;
  await Promise.all([1, 2, 3].map(() => collections.describe(target)));
  await collections.describe(target);
  expect(fake.describes - asked).toBe(1);
  clock.advance(1_000);
  await collections.describe(target);
  expect(fake.describes - asked).toBe(2);
  await collections.describe(target, true);
  expect(fake.describes - asked).toBe(3);
  collections.drop(target);
  await collections.describe(target);
  expect(fake.describes - asked).toBe(4);
});

test('a refresh asks after it was wanted, also while an older question is under way', async () => {
  const asked = fake.describes;
  await Promise.all([
    collections.describe(target),
    collections.describe(target, true),
    collections.describe(target, true),
  ]);
  expect(fake.describes - asked).toBe(2);
});

test('the version of the server is asked for once a minute, not with each description', async () => {
  for (const _ of [1, 2, 3]) live(await collections.describe(target, true));
  const asked = fake.versionsAsked;
  clock.advance(59_999);
  live(await collections.describe(target, true));
  expect(fake.versionsAsked - asked).toBe(0);
  clock.advance(1);
  live(await collections.describe(target, true));
  expect(fake.versionsAsked - asked).toBe(1);
});

test('a missing collection is for an operator to put right, and seen as soon as it is there', async () => {
  fake.dropCollection('c');
  expect(await collections.describe(target)).toMatchObject({
    ok: false,
    failure: { class: FailureClass.OPERATOR, code: 'milvus.collection_not_found', milvusCode: 100 },
  });
  fake.setCollection(base);
  expect((await collections.describe(target)).ok).toBe(true);
});

test('a Milvus that is not there passes by itself', async () => {
  const endpoint = { host: '127.0.0.1', port: 1, tls: false, url: 'http://127.0.0.1:1' };
  const away = { ...target, connection: { ...testConnection('away'), endpoint } };
  expect(await collections.describe(away)).toMatchObject({
    ok: false,
    failure: { class: FailureClass.LATER, code: 'milvus.unreachable' },
  });
});
