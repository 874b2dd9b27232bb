import { FieldType, NotAppliedReason, Result, Tombstones } from '@millrace/contracts';
import { canRunMilvus, type MilvusServer, startMilvus } from '@millrace/testing';
import { ConsistencyLevelEnum, DataType, MilvusClient as Sdk } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import { DeletedKey, type TestField, type TestRow } from './testing/entity-batch.ts';
import { InsertClient, type TestLane } from './testing/insert-stream.ts';
import { openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

/** What milvus-lite does otherwise than a Milvus that has neither templates nor schema timestamps. */
describe.runIf(canRunMilvus)('on the full Milvus 2.3.5', { timeout: 120_000 }, () => {
  let milvus: MilvusServer;
  let sdk: Sdk;
  let inserter: Inserter;
  let client: InsertClient;

  beforeAll(async () => {
    milvus = await startMilvus();
    sdk = new Sdk({ address: milvus.address, maxRetries: 0 });
    inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${milvus.address}`, DESCRIBE_TTL_MS: '60000' });
    client = new InsertClient(inserter.grpcPort);
  }, 300_000);
  afterAll(async () => {
    client?.close();
    await inserter?.stop();
    await sdk?.closeConnection();
    await milvus?.remove();
  });

  const fields: readonly TestField[] = [
    { name: 'id', type: FieldType.INT64 },
    { name: 'at', type: FieldType.INT64 },
    { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
  ];
  const row = (id: bigint): TestRow => ({ id, at: 1n, vector: [1, 1] });
  const laneOf = (collection: string, partition = ''): TestLane => ({
    target: { collection, partition },
    recordOptions: { tombstones: Tombstones.DELETE },
  });

  async function create(name: string): Promise<void> {
    await sdk.createCollection({
      collection_name: name,
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'at', data_type: DataType.Int64 },
        { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
      ],
      index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
    });
  }
  async function read(name: string, ...partitions: string[]): Promise<readonly string[]> {
    const { data } = await sdk.query({
      collection_name: name,
      filter: 'at >= 0',
      output_fields: ['id'],
      consistency_level: ConsistencyLevelEnum.Strong,
      ...(partitions.length > 0 && { partition_names: partitions }),
    });
    return data.map(({ id }) => String(id)).toSorted();
  }

  test('every integer is deleted, the least one too, and nothing else', async () => {
    await create('integers');
    const [min, max] = [-(2n ** 63n), 2n ** 63n - 1n];
    const keys = [min, min + 1n, -1n, 0n, max - 1n, max];
    const session = await openLane(client, laneOf('integers'), fields);
    session.send([...keys, 7n].map(row));
    session.send([...keys.map((key) => new DeletedKey(key)), row(8n), new DeletedKey(99n)]);
    expect(await session.finish()).toMatchObject([
      { result: Result.APPLIED, writtenRows: 7 },
      { result: Result.APPLIED, writtenRows: 1, deletedRows: 7 },
    ]);
    expect(await read('integers')).toEqual(['7', '8']);
  });

  test('a missing partition blocks rows and deletes until it is there', async () => {
    await create('parted');
    const failure = { code: 'milvus.partition_not_found', milvusCode: 200 };
    for (const entry of [row(1n), new DeletedKey(1n)]) {
      const session = await openLane(client, laneOf('parted', 'p1'), fields);
      session.send([entry]);
      expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.BLOCKED, failure, rejections: [] }]);
    }
    await sdk.createPartition({ collection_name: 'parted', partition_name: 'p1' });
    await sdk.loadPartitions({ collection_name: 'parted', partition_names: ['p1'] });
    const session = await openLane(client, laneOf('parted', 'p1'), fields);
    session.send([row(1n), row(2n), new DeletedKey(1n)]);
    expect(await session.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 1, deletedRows: 1 }]);
    expect([await read('parted', 'p1'), await read('parted', '_default')]).toEqual([['2'], []]);
  });

  test('a collection that was dropped and created again just alike is noticed before the next write', async () => {
    await create('alike');
    const session = await openLane(client, laneOf('alike'), fields);
    session.send([row(1n)]);
    expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
    await sdk.dropCollection({ collection_name: 'alike' });
    await create('alike');
    session.send([row(2n), new DeletedKey(1n)]);
    expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED, rejections: [] }]);
    expect(await read('alike')).toEqual([]);
  });
});
