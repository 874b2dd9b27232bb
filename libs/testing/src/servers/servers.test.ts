import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KafkaServer, startKafka } from './kafka-server.ts';
import { type MilvusServer, startMilvusLite } from './milvus-lite-server.ts';

const installAndStartMs = 300_000;

describe('a real Kafka', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka();
  }, installAndStartMs);
  afterAll(() => server?.remove());

  const client = () => new Kafka({ brokers: [server.bootstrap], logLevel: logLevel.NOTHING });

  async function readAll(topic: string, count: number): Promise<string[]> {
    const consumer = client().consumer({ groupId: `read-${crypto.randomUUID()}` });
    const values: string[] = [];
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve) => {
        void consumer.run({
          eachMessage: async ({ message }) => {
            values.push(String(message.value));
            if (values.length === count) resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
    return values;
  }

  async function send(topic: string, value: string): Promise<void> {
    const producer = client().producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value }] });
    await producer.disconnect();
  }

  it('keeps records through a kill and a restart at the same address', { timeout: 60_000 }, async () => {
    const admin = client().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }], waitForLeaders: true });
    await admin.disconnect();
    await send('kept', 'before');
    expect(await readAll('kept', 1)).toEqual(['before']);

    const { bootstrap, pid } = server;
    expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await server.restart();

    expect(server.bootstrap).toBe(bootstrap);
    expect(server.pid).not.toBe(pid);
    await send('kept', 'after');
    expect(await readAll('kept', 2)).toEqual(['before', 'after']);
  });
});

describe('a real milvus-lite', () => {
  let server: MilvusServer;
  beforeAll(async () => {
    server = await startMilvusLite();
  }, installAndStartMs);
  afterAll(() => server?.remove());

  async function readBack(): Promise<unknown[]> {
    const client = new MilvusClient({ address: server.address, maxRetries: 0 });
    try {
      await client.loadCollection({ collection_name: 'kept' });
      const found = await client.query({ collection_name: 'kept', filter: 'id >= 0', output_fields: ['id', 'vector'] });
      expect(found.status.error_code).toBe('Success');
      return found.data;
    } finally {
      await client.closeConnection();
    }
  }

  it('keeps entities through a kill and a restart at the same address', { timeout: 60_000 }, async () => {
    const client = new MilvusClient({ address: server.address, maxRetries: 0 });
    await client.createCollection({
      collection_name: 'kept',
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
      ],
      index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
    });
    const written = await client.upsert({ collection_name: 'kept', data: [{ id: 7, vector: [0.5, -2] }] });
    expect(written.status.error_code).toBe('Success');
    await client.closeConnection();
    const rows = [{ id: '7', vector: [0.5, -2] }];
    expect(await readBack()).toEqual(rows);

    const { pid } = server;
    expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await server.restart();

    expect(server.pid).not.toBe(pid);
    expect(await readBack()).toEqual(rows);
  });
});
