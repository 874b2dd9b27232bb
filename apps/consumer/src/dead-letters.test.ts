import { randomUUID } from 'node:crypto';
import { RejectionStage } from '@millrace/contracts';
import { systemClock } from '@millrace/delivery';
import { recordsOf } from '@millrace/kafka';
import { lastHeader } from '@millrace/lanes';
import type { KafkaMessage } from 'kafkajs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Broker, silentLogger, until } from '../test/broker.ts';
import { clientConfig, connectorConfig } from '../test/connector-config.ts';
import { rejectionOf } from '../test/fake-validator.ts';
import { LiveValidator } from '../test/live-validator.ts';
import { Connector } from './connector.ts';
import { connectorKafka } from './connector-kafka.ts';
import type { DeadLetter } from './dead-letter-record.ts';
import { DeadLetterError, DeadLetters } from './dead-letters.ts';
import { ReadBudget } from './read-budget.ts';

let broker: Broker;
const open: DeadLetters[] = [];
beforeAll(async () => {
  broker = await Broker.start();
});
afterAll(() => broker?.remove());
afterEach(async () => {
  await Promise.all(open.splice(0).map((letters) => letters.close()));
});

function deadLetters(topic: string): DeadLetters {
  const target = { topic, replicationFactor: 3, connector: 'shop', connectHeaders: false, maskValues: false };
  const letters = new DeadLetters(broker.kafka, target);
  open.push(letters);
  return letters;
}

function letter(offset: number, more: Partial<DeadLetter['record']> = {}): DeadLetter {
  const value = Buffer.from(`value ${offset}`);
  const record = { offset: BigInt(offset), timestampMs: 1_700_000_000_123n, key: null, value, headers: [], ...more };
  const at = { topic: 'orders', partition: 2, collection: 'docs' };
  return { at, record, rejection: rejectionOf(offset), attempts: 1, traceId: '' };
}

/** Everything in a topic, as stored, by partition and offset. */
async function readAll(topic: string, count: number): Promise<KafkaMessage[]> {
  const consumer = broker.kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 50 });
  const found: (KafkaMessage & { partition: number })[] = [];
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      found.push(...batch.messages.map((message) => ({ ...message, partition: batch.partition })));
    },
  });
  await until(() => found.length >= count);
  await consumer.disconnect();
  return found.toSorted((a, b) => a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)));
}

/** The last header of a name, as text. */
function textIn(message: KafkaMessage | undefined, name: string): string | undefined {
  return lastHeader(recordsOf(message ? [message] : [])[0]?.headers ?? [], name)?.toString();
}

const name = () => `letters-${randomUUID()}`;

test('key, value, headers and timestamp arrive as they were, ours behind them', { timeout: 20_000 }, async () => {
  const topic = name();
  const binary = Buffer.from([0, 255, 10, 13, 128]);
  const headers = ['twice', 'traceparent', 'toString', 'twice'].map((name) => ({ name, value: binary }));
  await deadLetters(topic).send([letter(7, { key: binary, value: binary, headers })]);
  const [stored] = await readAll(topic, 1);
  expect(stored?.key).toEqual(binary);
  expect(stored?.value).toEqual(binary);
  expect(stored?.timestamp).toBe('1700000000123');
  const [read] = recordsOf(stored ? [stored] : []);
  expect(read?.headers.slice(0, 4)).toEqual(headers);
  expect(textIn(stored, '__millrace.offset')).toBe('7');
  expect(textIn(stored, '__millrace.error.code')).toBe('field.missing');
});

test('null keys and values stay null, and empty ones empty', { timeout: 20_000 }, async () => {
  const topic = name();
  await deadLetters(topic).send([
    letter(0, { value: null }),
    letter(1, { key: Buffer.alloc(0), value: Buffer.alloc(0) }),
  ]);
  const stored = await readAll(topic, 2);
  expect(stored.map(({ key, value }) => [key, value])).toEqual([
    [null, null],
    [Buffer.alloc(0), Buffer.alloc(0)],
  ]);
});

test('a missing topic is created, with no more replicas than there are brokers', { timeout: 20_000 }, async () => {
  const topic = name();
  const letters = deadLetters(topic);
  await letters.ensureTopic();
  await letters.ensureTopic();
  const { topics } = await broker.admin.fetchTopicMetadata({ topics: [topic] });
  expect(topics[0]?.partitions.map(({ replicas }) => replicas.length)).toEqual([1]);
});

test('a letter too large for the topic goes with the fewest headers, and its neighbours with all', {
  timeout: 20_000,
}, async () => {
  const topic = name();
  await broker.admin.createTopics({
    topics: [{ topic, configEntries: [{ name: 'max.message.bytes', value: '2000' }] }],
    waitForLeaders: true,
  });
  const large = Buffer.alloc(1_600, 'x');
  const all = [letter(0), letter(1, { value: large }), letter(2), letter(3)];
  await deadLetters(topic).send(all);
  const stored = await readAll(topic, 4);
  expect(stored.map((message) => textIn(message, '__millrace.offset'))).toEqual(['0', '1', '2', '3']);
  expect(stored.map((message) => textIn(message, '__millrace.error.hint') !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(stored[1]?.value).toEqual(large);
});

test('letters whose time the topic refuses carry the time of their sending, and their own in a header', {
  timeout: 30_000,
}, async () => {
  const topic = name();
  await broker.admin.createTopics({
    topics: [{ topic, configEntries: [{ name: 'message.timestamp.before.max.ms', value: '86400000' }] }],
    waitForLeaders: true,
  });
  const begunMs = Date.now();
  const [hourMs, dayMs] = [3_600_000, 86_400_000];
  // By the broker's default an hour ahead is the most; a day back is, by what is set above.
  const agesMs = [-30 * dayMs, 0, -hourMs / 2, -2 * hourMs, 5_000, hourMs, 2 * dayMs, 3 * dayMs, -2 * hourMs];
  const times = agesMs.map((ageMs) => begunMs - ageMs);
  await deadLetters(topic).send(times.map((ms, offset) => letter(offset, { timestampMs: BigInt(ms) })));
  const stored = await readAll(topic, times.length);
  expect(stored.map((message) => textIn(message, '__millrace.offset'))).toEqual(times.map((_, offset) => `${offset}`));
  const isNow = ({ timestamp }: KafkaMessage) => Number(timestamp) >= begunMs && Number(timestamp) <= Date.now();
  stored.forEach((message, offset) => {
    const own = textIn(message, '__millrace.timestamp');
    if (own === undefined) expect(message.timestamp).toBe(String(times[offset]));
    else expect([own, isNow(message)]).toEqual([String(times[offset]), true]);
  });
  const kept = stored.flatMap((message, offset) => (textIn(message, '__millrace.timestamp') ? [] : [offset]));
  // Those that are within the limits keep theirs, save one ahead that comes after one was refused.
  expect(kept).toEqual([1, 4, 5]);
});

test('a long run of letters from tomorrow costs few refusals', { timeout: 30_000 }, async () => {
  const topic = name();
  const tomorrow = BigInt(Date.now() + 86_400_000);
  const letters = deadLetters(topic);
  const all = Array.from({ length: 500 }, (_, offset) => letter(offset, { timestampMs: tomorrow }));
  let requests = 0;
  const producers = broker.kafka.producer;
  broker.kafka.producer = (config) => {
    requests += 1;
    return producers.call(broker.kafka, config);
  };
  await letters.send(all).finally(() => {
    broker.kafka.producer = producers;
  });
  expect((await readAll(topic, 500)).map((message) => Number(textIn(message, '__millrace.offset')))).toEqual(
    all.map((_, offset) => offset),
  );
  // A producer of its own for each try after a refusal: halves down to one letter, and the one behind.
  expect(requests).toBeLessThanOrEqual(12);
});

test('one that is too large even so names the limit and the letters that are left', { timeout: 20_000 }, async () => {
  const topic = name();
  await broker.admin.createTopics({
    topics: [{ topic, configEntries: [{ name: 'max.message.bytes', value: '2000' }] }],
    waitForLeaders: true,
  });
  const all = [letter(0), letter(1, { value: Buffer.alloc(5_000) }), letter(2)];
  const error = await deadLetters(topic)
    .send(all)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DeadLetterError);
  if (!(error instanceof DeadLetterError)) return;
  expect(error.unsent.map(({ record }) => record.offset)).toEqual([1n, 2n]);
  expect(error.toProblem(0)).toMatchObject({ code: 'dead_letter.too_large', needsAction: true });
  expect(error.toProblem(0).hint).toContain('max.message.bytes');
});

test('thousands of letters in several partitions arrive once each, in order, whoever sends at the same time', {
  timeout: 30_000,
}, async () => {
  const topic = await broker.createTopic(name(), 3);
  const letters = deadLetters(topic);
  const value = Buffer.alloc(300, 'v');
  const bunch = (from: number) => Array.from({ length: 2_000 }, (_, i) => letter(from + i, { value }));
  await Promise.all([letters.send(bunch(0)), letters.send(bunch(2_000))]);
  const stored = await readAll(topic, 4_000);
  const offsets = stored.map((message) => Number(textIn(message, '__millrace.offset')));
  expect(offsets.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4_000 }, (_, i) => i));
  for (const half of [offsets.filter((offset) => offset < 2_000), offsets.filter((offset) => offset >= 2_000)]) {
    expect(half).toEqual(half.toSorted((a, b) => a - b));
  }
});

test.each([
  ['', 0],
  [' of tomorrow, which the topic of letters refuses,', 86_400_000],
])(
  'a connector commits past rejected records%s only when their letters are there',
  { timeout: 20_000 },
  async (_, aheadMs) => {
    const topic = `topic-${randomUUID()}`;
    const configEntries = [{ name: 'message.timestamp.after.max.ms', value: '9223372036854775807' }];
    await broker.admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    const letterTopic = name();
    const validator = new LiveValidator();
    validator.poison.add('3').add('8');
    const timestamp = String(Date.now() + aheadMs);
    await broker.send(
      topic,
      Array.from({ length: 10 }, (_, i) => ({ value: String(i), timestamp })),
    );
    const config = connectorConfig(topic, [topic], {
      kafka: clientConfig(`connect-${topic}`),
      errors: {
        tolerance: 'all',
        logRejections: false,
        maskValues: false,
        deadLetters: {
          topic: letterTopic,
          replicationFactor: undefined,
          connectHeaders: true,
          runMax: 0,
          sharePercentMax: 100,
        },
      },
    });
    const worker = { bootstrapServers: [broker.server.bootstrap], security: { tls: undefined, sasl: undefined } };
    const connector = new Connector(config, {
      kafka: connectorKafka(config, worker, silentLogger),
      clock: systemClock,
      logger: silentLogger,
      openStream: validator.open,
      budget: new ReadBudget(2 ** 30, systemClock),
      drainTimeoutMs: 500,
      progressTimeoutMs: 60_000,
      fail: (error) => {
        throw error;
      },
    });
    connector.start();
    await until(async () => (await broker.committed(`connect-${topic}`, topic)) === 10);
    const stored = await readAll(letterTopic, 2);
    expect(stored.map(({ value }) => String(value))).toEqual(['3', '8']);
    expect(textIn(stored[0], '__connect.errors.offset')).toBe('3');
    expect(textIn(stored[1], '__millrace.timestamp')).toBe(aheadMs === 0 ? undefined : timestamp);
    expect(connector.counters).toMatchObject({ read: 10, written: 8, deadLettered: 2 });
    await connector.stop();
  },
);

test('the stage of a rejection is named in the letter', { timeout: 20_000 }, async () => {
  const topic = name();
  const rejection = { ...rejectionOf(0), stage: RejectionStage.WRITE, milvusCode: 1100 };
  await deadLetters(topic).send([{ ...letter(0), rejection }]);
  const [stored] = await readAll(topic, 1);
  expect(textIn(stored, '__millrace.error.stage')).toBe('write');
  expect(textIn(stored, '__millrace.error.milvus_code')).toBe('1100');
});
