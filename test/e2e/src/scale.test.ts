import { decodeRows, type FakeMilvus, startFakeMilvus, startKafka, temporaryFolder } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KafkaClient } from './harness/kafka-client.ts';
import { ScaledServices, type SeenServer } from './harness/scaled-services.ts';
import { until } from './harness/until.ts';

const partitions = 3;
const keyCount = 40;
const streamsWithinMs = 5_000;

/** `once` is inserted into, each record its own row; `keyed` is upserted into, many records to a key. */
const collections = ['once', 'keyed'] as const;
const fields = [
  { name: 'id', type: DataType.Int64, isPrimaryKey: true },
  { name: 'number', type: DataType.Int64 },
  { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
];

/** Sends records to both topics until it is told to stop. */
class Load {
  readonly #kafka: KafkaClient;
  readonly #sent: Promise<void>;
  #isOver = false;
  /** Records in each topic. */
  count = 0;

  constructor(kafka: KafkaClient) {
    this.#kafka = kafka;
    this.#sent = this.#send();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#sent;
  }

  async #send(): Promise<void> {
    while (!this.#isOver) {
      const numbers = Array.from({ length: 150 }, (_, index) => this.count + index);
      const record = (id: number, number: number) => ({
        partition: id % partitions,
        value: JSON.stringify({ id, number, vector: [number, 0.5] }),
      });
      await this.#kafka.send(
        'once',
        numbers.map((number) => record(number, number)),
      );
      await this.#kafka.send(
        'keyed',
        numbers.map((number) => record(number % keyCount, number)),
      );
      this.count += numbers.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** `number`s of the rows of a collection by key, in the order of their effect. */
function effects(milvus: FakeMilvus, collection: string): Map<bigint, bigint[]> {
  const byKey = new Map<bigint, bigint[]>();
  for (const write of milvus.applied) {
    if (write.method === 'Delete' || write.request.collectionName !== collection) continue;
    for (const row of decodeRows(write.request)) {
      const { id, number } = row as { id: bigint; number: bigint };
      byKey.set(id, [...(byKey.get(id) ?? []), number]);
    }
  }
  return byKey;
}

const isEven = (servers: readonly SeenServer[], count: number) => {
  const streams = servers.filter(({ ready }) => ready).map((server) => server.streams);
  return streams.length === count && Math.min(...streams) > 0 && Math.max(...streams) - Math.min(...streams) <= 1;
};

// Needs the addresses 127.0.0.2 and up, which only Linux has without being told.
describe.skipIf(process.platform !== 'linux')('scaling under load, from one to four and back', () => {
  it.each(['inserter', 'schema-validator'] as const)(
    'moves streams of the %s within 5 s and evenly, without an error, a duplicate or a change of order',
    { timeout: 180_000 },
    async (name) => {
      const folder = await temporaryFolder('scale');
      onTestFinished(() => folder.remove());
      const kafkaServer = await startKafka();
      onTestFinished(() => kafkaServer.remove());
      const milvus = await startFakeMilvus({
        collections: collections.map((collection) => ({ name: collection, fields })),
        script: async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          return { kind: 'apply' };
        },
      });
      onTestFinished(() => milvus.stop());
      const kafka = new KafkaClient(kafkaServer.bootstrap);
      for (const topic of collections) await kafka.createTopic(topic, partitions);
      const keys = (topic: string) => ({
        name: topic,
        topics: topic,
        'collection.name': topic,
        'errors.tolerance': 'all',
        'batch.records.max': '50',
        'insert.mode': topic === 'once' ? 'insert' : 'upsert',
      });
      const services = await ScaledServices.start({
        folder: folder.path,
        bootstrap: kafkaServer.bootstrap,
        milvus: `http://${milvus.address}`,
        connectors: { once: keys('once'), keyed: keys('keyed') },
      });
      onTestFinished(() => services.stop());
      const seen = () => (name === 'inserter' ? services.inserterStreams() : services.validatorStreams());
      const found = { found: seen };
      const load = new Load(kafka);

      await until('the one has streams', async () => isEven(await seen(), 1), { timeoutMs: 30_000, ...found });
      await services.scale(name, 4);
      await until('all four have their share', async () => isEven(await seen(), 4), {
        timeoutMs: streamsWithinMs,
        ...found,
      });
      await services.scale(name, 1);
      await until('the one has all again', async () => isEven(await seen(), 1), {
        timeoutMs: streamsWithinMs,
        ...found,
      });
      await load.stop();
      for (const topic of collections) await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);

      const once = effects(milvus, 'once');
      expect(once.size).toBe(load.count);
      expect([...once.values()].filter((numbers) => numbers.length !== 1)).toEqual([]);
      for (const [key, numbers] of effects(milvus, 'keyed')) {
        expect([key, numbers]).toEqual([key, numbers.toSorted((a, b) => Number(a - b))]);
        expect(load.count - Number(numbers.at(-1))).toBeLessThanOrEqual(keyCount);
      }
      for (const topic of collections) expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
      expect(await services.errors()).toEqual([]);
    },
  );
});
