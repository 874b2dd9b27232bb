import { randomUUID } from 'node:crypto';
import { installHeaderHooks, registerCodecs } from '@millrace/kafka';
import { type KafkaServer, startKafka } from '@millrace/testing';
import kafkajs, { Kafka, logLevel, type Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterOffsets } from './dead-letter-offsets.ts';
import { laneRanges } from './lane-ranges.ts';
import { parseBounds } from './range-bounds.ts';
import { type ReadRange, readRanges } from './topic-reader.ts';
import { KafkaTopics } from './topics.ts';

let server: KafkaServer;
let kafka: Kafka;
let topics: KafkaTopics;
beforeAll(async () => {
  registerCodecs();
  installHeaderHooks();
  server = await startKafka();
  kafka = new Kafka({ brokers: [server.bootstrap], logLevel: logLevel.NOTHING });
  topics = new KafkaTopics(kafka);
});
afterAll(() => server?.remove());

async function topicWith(partitions: number, messages: readonly Message[], compression = 0): Promise<string> {
  const topic = `topic-${randomUUID()}`;
  await topics.admin((admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true }),
  );
  await send(topic, messages, compression);
  return topic;
}

async function send(topic: string, messages: readonly Message[], compression = 0): Promise<void> {
  const producer = kafka.producer({ maxInFlightRequests: 1 });
  await producer.connect();
  for (let start = 0; start < messages.length; start += 500) {
    await producer.send({ topic, compression, messages: messages.slice(start, start + 500) });
  }
  await producer.disconnect();
}

const numbers = (from: number, to: number, partition = 0): Message[] =>
  Array.from({ length: to - from }, (_, index) => ({ partition, value: String(from + index) }));

/** What is read of each partition, and how it ended. */
async function read(ranges: readonly ReadRange[]) {
  const values = new Map<number, string[]>();
  let atOnce = 0;
  let mostAtOnce = 0;
  const early = await readRanges(kafka, ranges, async ({ partition }, records) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    values.set(partition, [...(values.get(partition) ?? []), ...records.map(({ value }) => String(value))]);
    atOnce -= 1;
  });
  return { values, early: early.map(({ range, reached }) => [range.partition, reached]), mostAtOnce };
}

const range = (topic: string, partition: number, from: number, to: number) => ({
  topic,
  partition,
  from: BigInt(from),
  to: BigInt(to),
});
const texts = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => String(from + index));

test('each range is read from its first to its last offset, in order, whatever lies around it', {
  timeout: 60_000,
}, async () => {
  const partitions = Array.from({ length: 7 }, (_, index) => index);
  const topic = await topicWith(
    7,
    partitions.flatMap((partition) => numbers(0, 1_000, partition)),
  );
  const ranges = partitions.map((partition) => range(topic, partition, partition * 10, 1_000 - partition));
  const { values, early } = await read([...ranges, range(topic, 99, 5, 5)]);
  expect(early).toEqual([]);
  for (const partition of partitions) expect(values.get(partition)).toEqual(texts(partition * 10, 1_000 - partition));
});

test('the group that it reads in is gone behind it, and nothing is committed', { timeout: 60_000 }, async () => {
  const topic = await topicWith(1, numbers(0, 10));
  await read([range(topic, 0, 0, 10)]);
  const { groups } = await topics.admin((admin) => admin.listGroups());
  expect(groups.filter(({ groupId }) => groupId.startsWith('millrace-cli-'))).toEqual([]);
});

test('control records and aborted ones are passed over, also at the end of a range', { timeout: 60_000 }, async () => {
  const topic = await topicWith(1, numbers(0, 3));
  const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  for (const [from, ends] of [
    [3, 'commit'],
    [5, 'abort'],
  ] as const) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: numbers(from, from + 2) });
    await transaction[ends]();
  }
  await producer.disconnect();
  // 0 to 2, 3 and 4, a marker, two that are aborted, a marker.
  const { values, early } = await read([range(topic, 0, 0, 9)]);
  expect([values.get(0), early]).toEqual([texts(0, 5), []]);
});

test('what an open transaction holds back ends a range early, and says where', { timeout: 90_000 }, async () => {
  const topic = await topicWith(2, [...numbers(0, 5, 0), ...numbers(0, 5, 1)]);
  const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: numbers(5, 7) });
  const { values, early } = await read([range(topic, 0, 0, 7), range(topic, 1, 0, 5)]);
  await transaction.abort();
  await producer.disconnect();
  expect([values.get(0), values.get(1), early]).toEqual([texts(0, 5), texts(0, 5), [[0, 5n]]]);
});

test('what retention has taken is passed over', { timeout: 60_000 }, async () => {
  const topic = await topicWith(1, numbers(0, 10));
  await topics.admin(async (admin) => {
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });
  });
  expect((await read([range(topic, 0, 2, 10)])).values.get(0)).toEqual(texts(6, 10));
});

test.each(['GZIP', 'Snappy', 'ZSTD'] as const)('records packed with %s are read', { timeout: 60_000 }, async (name) => {
  const topic = await topicWith(1, numbers(0, 100), kafkajs.CompressionTypes[name]);
  expect((await read([range(topic, 0, 20, 80)])).values.get(0)).toEqual(texts(20, 80));
});

test('dead letters are known by their headers: this connector’s, and by the last of each', {
  timeout: 60_000,
}, async () => {
  const letter = (offset: string | string[], connector?: string, partition = '1'): Message => ({
    value: 'x',
    headers: {
      '__millrace.topic': 'orders',
      '__millrace.partition': partition,
      '__millrace.offset': offset,
      ...(connector === undefined ? {} : { '__millrace.connector': connector }),
    },
  });
  const topic = await topicWith(1, [
    letter('7', 'shop'),
    letter('7', 'shop'),
    letter('8', 'other'),
    letter(['1', '9'], 'shop', '2'),
    letter('10'),
    letter('nonsense', 'shop'),
    { value: 'no letter' },
  ]);
  const found = await deadLetterOffsets(topics, topic, 'shop', () => {});
  const has = (id: string) => [...Array(12).keys()].filter((offset) => found.get(id)?.has(BigInt(offset)));
  expect([[...found.keys()].sort(), has('orders-1'), has('orders-2')]).toEqual([
    ['orders-1', 'orders-2'],
    [7, 10],
    [9],
  ]);
  expect((await deadLetterOffsets(topics, 'no-such-topic', 'shop', () => {})).size).toBe(0);
});

test('a range begins and ends where it is asked to, as far as there are records and commits', {
  timeout: 60_000,
}, async () => {
  const at = Date.UTC(2026, 0, 1);
  const messages = [0, 1].flatMap((partition) =>
    numbers(0, 10, partition).map((message, index) => ({ ...message, timestamp: String(at + index * 1_000) })),
  );
  const topic = await topicWith(2, messages);
  const groupId = `group-${topic}`;
  await topics.admin((admin) => admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '6' }] }));
  const rangesOf = async (from?: string, to?: string) => {
    const wishes = {
      from: from === undefined ? undefined : parseBounds(from),
      to: to === undefined ? undefined : parseBounds(to),
    };
    const ranges = await topics.admin((admin) => laneRanges(admin, groupId, topic, wishes));
    return ranges.map(({ from: first, to: last, committed, end }) =>
      [first, last, committed, end].map((each) => (each === undefined ? undefined : Number(each))),
    );
  };
  expect(await rangesOf()).toEqual([
    [0, 6, 6, 10],
    [0, 0, undefined, 10],
  ]);
  expect(await rangesOf('2,1=3', '99')).toEqual([
    [2, 10, 6, 10],
    [3, 10, undefined, 10],
  ]);
  expect(await rangesOf('2026-01-01T00:00:04Z', '2026-01-01T00:00:07.500Z')).toEqual([
    [4, 8, 6, 10],
    [4, 8, undefined, 10],
  ]);
  expect(await rangesOf('2030-01-01', '99')).toEqual([
    [10, 10, 6, 10],
    [10, 10, undefined, 10],
  ]);
  await expect(rangesOf('5', '1=8,0=4')).rejects.toMatchObject({
    message: `--to is offset 4 of ${topic}-0, before --from, which is 5`,
    exitCode: 2,
  });
});
