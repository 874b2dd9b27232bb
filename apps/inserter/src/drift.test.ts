import { FailureClass, FieldType, NotAppliedReason, Result } from '@millrace/contracts';
import { systemClock } from '@millrace/delivery';
import { createLogger } from '@millrace/service';
import {
  type FakeCollection,
  type FakeMilvus,
  type MilvusServer,
  startFakeMilvus,
  startMilvusLite,
} from '@millrace/testing';
import { DataType, MilvusClient as Sdk } from '@zilliz/milvus2-sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Collections } from './collections.ts';
import { Entries } from './entries.ts';
import { Events } from './events.ts';
import { KnownRefusals } from './known-refusals.ts';
import { MilvusClient } from './milvus-client.ts';
import { MilvusWriter } from './milvus-writer.ts';
import type { Inserter } from './service.ts';
import { StripeWriter } from './stripe-writer.ts';
import { entityBatch, type TestField, type TestRow } from './testing/entity-batch.ts';
import { InsertClient } from './testing/insert-stream.ts';
import { openLane } from './testing/lane-session.ts';
import { testConnection } from './testing/test-connection.ts';
import { startTestInserter } from './testing/test-inserter.ts';

describe('on a server that keeps no schema timestamp (milvus-lite)', () => {
  let milvus: MilvusServer;
  let sdk: Sdk;
  let inserter: Inserter;
  let client: InsertClient;

  beforeAll(async () => {
    milvus = await startMilvusLite();
    sdk = new Sdk({ address: milvus.address, maxRetries: 0 });
    // A description is believed so long that no test here would pass if it were.
    inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${milvus.address}`, DESCRIBE_TTL_MS: '60000' });
    client = new InsertClient(inserter.grpcPort);
  });
  afterAll(async () => {
    client?.close();
    await inserter?.stop();
    await sdk?.closeConnection();
    await milvus?.remove();
  });

  const types = { a: DataType.VarChar, b: DataType.VarChar, n: DataType.Int32 } as const;
  const fieldTypes = { a: FieldType.VARCHAR, b: FieldType.VARCHAR, n: FieldType.INT32 } as const;
  type Name = keyof typeof types;

  async function create(
    name: string,
    names: readonly Name[],
    changed: Partial<Record<Name, DataType>> = {},
    hasDynamicField = false,
  ) {
    const lengths = { max_length: 20 };
    await sdk.createCollection({
      collection_name: name,
      enable_dynamic_field: hasDynamicField,
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        ...names.map((field) => ({ name: field, data_type: changed[field] ?? types[field], ...lengths })),
        { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
      ],
      index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
    });
  }
  async function recreate(...given: Parameters<typeof create>) {
    await sdk.dropCollection({ collection_name: given[0] });
    await create(...given);
  }
  const fieldsOf = (names: readonly Name[]): readonly TestField[] => [
    { name: 'id', type: FieldType.INT64 },
    ...names.map((name) => ({ name, type: fieldTypes[name] })),
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
  ];
  const row = (id: number): TestRow => ({ id: BigInt(id), a: `a${id}`, b: `b${id}`, n: id, vector: [id, 0] });
  const open = (name: string, names: readonly Name[]) =>
    openLane(client, { target: { collection: name } }, fieldsOf(names));
  async function read(name: string) {
    await sdk.loadCollection({ collection_name: name });
    const { data } = await sdk.query({ collection_name: name, filter: 'id >= 0', output_fields: ['a', 'b', 'n'] });
    return data.map(({ id, a, b, n }) => ({ id, a, b, n })).toSorted((x, y) => Number(x.id) - Number(y.id));
  }

  test('a collection that was dropped and created with its fields in another order is noticed before the next write', async () => {
    await create('reordered', ['a', 'b', 'n']);
    const session = await open('reordered', ['a', 'b', 'n']);
    session.send([row(1)]);
    expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
    await recreate('reordered', ['b', 'a', 'n']);
    session.send([row(2)]);
    expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED }]);
    const again = await open('reordered', ['b', 'a', 'n']);
    again.send([row(2)]);
    expect(await again.finish()).toMatchObject([{ result: Result.APPLIED }]);
    expect(await read('reordered')).toEqual([{ id: '2', a: 'a2', b: 'b2', n: 2 }]);
  });

  test('an alias that is given to another collection is noticed, though its fields are the same', async () => {
    await create('old', ['a', 'b', 'n']);
    await create('new', ['a', 'b', 'n']);
    await sdk.createAlias({ alias: 'current', collection_name: 'old' });
    const session = await open('current', ['a', 'b', 'n']);
    session.send([row(1)]);
    expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
    await sdk.alterAlias({ alias: 'current', collection_name: 'new' });
    session.send([row(2)]);
    expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED }]);
    const again = await open('current', ['a', 'b', 'n']);
    again.send([row(2)]);
    expect(await again.finish()).toMatchObject([{ result: Result.APPLIED }]);
    expect([(await read('old')).map(({ id }) => id), (await read('new')).map(({ id }) => id)]).toEqual([['1'], ['2']]);
  });

  test('a collection that was dropped is for an operator to put right; once it is there again the lane goes on', async () => {
    await create('dropped', ['a', 'b', 'n']);
    const session = await open('dropped', ['a', 'b', 'n']);
    await sdk.dropCollection({ collection_name: 'dropped' });
    session.send([row(1)]);
    expect(await session.finish()).toMatchObject([
      {
        reason: NotAppliedReason.BLOCKED,
        failure: { class: FailureClass.OPERATOR, code: 'milvus.collection_not_found' },
        rejections: [],
      },
    ]);
    await create('dropped', ['a', 'b', 'n']);
    const again = await open('dropped', ['a', 'b', 'n']);
    again.send([row(1)]);
    expect(await again.finish()).toMatchObject([{ result: Result.APPLIED }]);
  });

  /** Writes a row with a collection that is created anew between the description and the call. */
  async function writeInto(name: string, before: readonly Name[], after: () => Promise<void>) {
    await create(name, before);
    const [host = '', port = ''] = milvus.address.split(':');
    const endpoint = { host, port: Number(port), tls: false, url: `http://${milvus.address}` };
    const connection = { ...testConnection(), endpoint, connectTimeoutMs: 5_000 };
    const target = { connection, database: '', collection: name, partition: '' };
    const collections = new Collections({ clock: systemClock, timeoutMs: 5_000, ttlMs: 0 });
    const milvusClient = new MilvusClient(connection);
    let isChanged = false;
    const stripe = new StripeWriter({
      clock: { now: () => 0 },
      lane: {
        connector: 'c',
        topic: 't',
        partition: 0,
        stripe: 0,
        session: 's',
        target,
        method: 'Upsert',
        isPartial: false,
        stopAtRejection: false,
        maskValues: false,
      },
      collections: {
        describe: async (described, refresh) => {
          const description = await collections.describe(described, refresh);
          if (refresh && !isChanged) {
            isChanged = true;
            await after();
          }
          return description;
        },
        drop: (dropped) => collections.drop(dropped),
      },
      writer: new MilvusWriter({
        clock: systemClock,
        budgetMinMs: 1,
        withClient: (_, work) => work(milvusClient),
      }),
      events: new Events(createLogger('test', 'silent')),
      known: new KnownRefusals(),
    });
    const description = await collections.describe(target);
    if (!description.ok) throw new Error(description.failure.message);
    const { version } = description.described;
    const [outcome] = await stripe.write(
      [new Entries(entityBatch(fieldsOf(before), [row(1)], { version }))],
      () => true,
    );
    milvusClient.close();
    collections.close();
    expect(isChanged).toBe(true);
    return outcome;
  }

  describe('and that changes between the description and the call', () => {
    test('to other fields of the same names and types, in another order: each value is in the field of its name', async () => {
      const outcome = await writeInto('race1', ['a', 'b', 'n'], () => recreate('race1', ['b', 'n', 'a']));
      expect(outcome).toMatchObject({ result: Result.APPLIED });
      expect(await read('race1')).toEqual([{ id: '1', a: 'a1', b: 'b1', n: 1 }]);
    });

    test.each<[string, readonly Name[], Partial<Record<Name, DataType>>]>([
      ['another type', ['a', 'b', 'n'], { a: DataType.Int32 }],
      ['types exchanged', ['a', 'b', 'n'], { b: DataType.Int32, n: DataType.VarChar }],
      ['one field less', ['a', 'n'], {}],
    ])('to %s: nothing is written or rejected, and the batch is encoded anew', async (what, after, changed) => {
      const name = `race_${what.replaceAll(' ', '_')}`;
      const outcome = await writeInto(name, ['a', 'b', 'n'], () => recreate(name, after, changed));
      expect(outcome).toMatchObject({ reason: NotAppliedReason.SCHEMA_CHANGED, rejections: [] });
      await sdk.loadCollection({ collection_name: name });
      expect((await sdk.query({ collection_name: name, filter: 'id >= 0', output_fields: ['id'] })).data).toEqual([]);
    });

    test('to one field less and a dynamic field: there the value is, under the name of its field', async () => {
      const outcome = await writeInto('race4', ['a', 'b', 'n'], () => recreate('race4', ['n', 'b'], {}, true));
      expect(outcome).toMatchObject({ result: Result.APPLIED });
      const query = { collection_name: 'race4', filter: 'id >= 0', output_fields: ['*'] };
      await sdk.loadCollection(query);
      expect((await sdk.query(query)).data).toEqual([{ id: '1', $meta: { a: 'a1' }, b: 'b1', n: 1, vector: [1, 0] }]);
    });

    test('to one field more: nothing is written or rejected, and the batch is encoded anew', async () => {
      const outcome = await writeInto('race2', ['a', 'n'], () => recreate('race2', ['a', 'b', 'n']));
      expect(outcome).toMatchObject({ reason: NotAppliedReason.SCHEMA_CHANGED, rejections: [] });
    });

    test('to nothing: the batch is blocked', async () => {
      const outcome = await writeInto('race3', ['a'], async () => {
        await sdk.dropCollection({ collection_name: 'race3' });
      });
      expect(outcome).toMatchObject({
        reason: NotAppliedReason.BLOCKED,
        failure: { code: 'milvus.collection_not_found' },
      });
    });
  });
});

describe('a schema timestamp', () => {
  const base: FakeCollection = {
    name: 'things',
    fields: [{ name: 'id', type: DataType.Int64, isPrimaryKey: true }],
    collectionId: 9n,
  };
  const fields: readonly TestField[] = [{ name: 'id', type: FieldType.INT64 }];
  let fake: FakeMilvus;
  let inserter: Inserter;
  let client: InsertClient;

  async function start(updateTimestamp: bigint, refusal?: { readonly code?: number; readonly errorCode?: number }) {
    const collection = { ...base, updateTimestamp };
    fake = await startFakeMilvus({
      collections: [collection],
      script: () => {
        if (!refusal) return { kind: 'apply' };
        fake.setCollection({ ...collection, updateTimestamp: updateTimestamp + 1n });
        return { kind: 'refuse', status: refusal };
      },
    });
    inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${fake.address}`, DESCRIBE_TTL_MS: '60000' });
    client = new InsertClient(inserter.grpcPort);
    return openLane(client, { target: { collection: 'things' } }, fields);
  }
  afterEach(async () => {
    client.close();
    await inserter.stop();
    await fake.stop();
  });

  test.each([
    ['that is kept rules, and nothing is asked for a write', 5n, 0],
    ['that is not kept has each write ask for the description once', 0n, 3],
  ])('%s', async (_, updateTimestamp, asked) => {
    const session = await start(updateTimestamp);
    const before = fake.describes;
    for (const id of [1n, 2n, 3n]) {
      session.send([{ id }]);
      expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
    }
    await session.finish();
    expect(fake.describes - before).toBe(asked);
  });

  test.each([
    ['code 109', { code: 109 }],
    ['legacy code 62', { errorCode: 62 }],
  ])('that differs is refused by Milvus with %s, and the batch is encoded anew', async (_, refusal) => {
    const session = await start(5n, refusal);
    session.send([{ id: 1n }]);
    expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED, rejections: [] }]);
  });
});
