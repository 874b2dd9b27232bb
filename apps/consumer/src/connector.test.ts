// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import { randomUUID } from 'node:crypto';
import type { ConnectorConfig } from '@millrace/connector-config';
import { systemClock } from '@millrace/delivery';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Broker, silentLogger, until } from '../test/broker.ts';
import { clientConfig, connectorConfig, topicsListed, topicsMatching } from '../test/connector-config.ts';
import { LiveValidator } from '../test/live-validator.ts';
import { RecordedLog } from '../test/recorded-log.ts';
import { connectorStatus } from './connect-rest.ts';
import { Connector } from './connector.ts';
import { connectorKafka } from './connector-kafka.ts';
import { ReadBudget } from './read-budget.ts';
import { metadataOf, reservationIn } from './reservation.ts';

let broker: Broker;
const running: Connector[] = [];
beforeAll(async () => {
  broker = await Broker.start();
});
afterAll(() => broker?.remove());
afterEach(async () => {
  await Promise.all(running.splice(0).map((connector) => connector.stop()));
});

function start(
  topic: string,
  validator: LiveValidator,
  more: Partial<ConnectorConfig> = {},
  logger = silentLogger,
): Connector {
  const config = connectorConfig(topic, [topic], more);
  const worker = { bootstrapServers: [broker.server.bootstrap], security: { tls: undefined, sasl: undefined } };
  const connector = new Connector(config, {
    kafka: connectorKafka(config, worker, logger),
    clock: systemClock,
    logger,
    openStream: validator.open,
    budget: new ReadBudget(2 ** 30, systemClock),
    drainTimeoutMs: 500,
    progressTimeoutMs: 60_000,
    fail: (error) => {
      throw error;
    },
  });
  running.push(connector);
  connector.start();
  return connector;
}

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => String(from + i));
const group = (topic: string) => `connect-${topic}`;

test('what is applied is committed, a stop finishes what is under way, and a restart goes on there', {
  timeout: 20_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 250);
  const first = start(topic, validator);
  await until(() => validator.values(topic).length === 250);
  await until(async () => (await broker.committed(group(topic), topic)) === 250);
  validator.hold();
  await broker.sendNumbers(topic, 250, 50);
  await until(() => validator.waiting > 0);
  const stopped = first.stop();
  validator.release();
  await stopped;
  expect(await broker.committed(group(topic), topic)).toBe(300);
  expect(await broker.members(group(topic))).toBe(0);
  start(topic, validator);
  await broker.sendNumbers(topic, 300, 10);
  await until(() => validator.values(topic).length >= 310);
  expect(validator.values(topic)).toEqual(numbers(0, 310));
  const { counters } = first;
  expect(counters).toMatchObject({ read: 300, written: 300, released: 0 });
});

test('what is not answered is not committed, and comes again after a stop that could not wait', {
  timeout: 20_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const held = new LiveValidator();
  held.hold();
  await broker.sendNumbers(topic, 0, 50);
  const first = start(topic, held);
  await until(() => held.waiting > 0);
  await first.stop();
  expect(await broker.committed(group(topic), topic)).toBe(0);
  expect(first.counters).toMatchObject({ read: 50, written: 0, released: 50 });
  const validator = new LiveValidator();
  start(topic, validator);
  await until(() => validator.values(topic).length >= 50);
  expect(validator.values(topic)).toEqual(numbers(0, 50));
});

test('a partition that another process has reserved is not written before the reservation has passed', {
  timeout: 30_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  await broker.sendNumbers(topic, 0, 5);
  const untilMs = Date.now() + 4_000;
  await broker.commit(group(topic), topic, 2, { metadata: metadataOf({ untilMs, session: 'another' }) });
  const validator = new LiveValidator();
  start(topic, validator);
  await until(() => validator.values(topic).length > 0);
  expect(Date.now()).toBeGreaterThan(untilMs + 2_000);
  await until(() => validator.values(topic).length === 3);
  expect(validator.values(topic)).toEqual(['2', '3', '4']);
});

test('while records flow the partition is reserved ahead of every write, and a clean stop releases it', {
  timeout: 30_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  await broker.sendNumbers(topic, 0, 5);
  const validator = new LiveValidator();
  validator.hold();
  const first = start(topic, validator);
  await until(() => validator.waiting > 0);
  const reserved = reservationIn(await broker.metadata(group(topic), topic));
  expect(reserved?.untilMs).toBeGreaterThan(Date.now() + 1_000);
  validator.release();
  await until(() => validator.values(topic).length === 5);
  await first.stop();
  expect(reservationIn(await broker.metadata(group(topic), topic))?.untilMs).toBe(0);
});

test('with auto.offset.reset=latest a restart before the first record keeps the place', {
  timeout: 20_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const kafka = clientConfig(group(topic), { autoOffsetReset: 'latest' });
  await broker.sendNumbers(topic, 0, 5);
  const validator = new LiveValidator();
  const first = start(topic, validator, { kafka });
  await until(async () => (await broker.committed(group(topic), topic)) === 5);
  await first.stop();
  await broker.sendNumbers(topic, 5, 3);
  start(topic, validator, { kafka });
  await until(() => validator.values(topic).length >= 3);
  expect(validator.values(topic)).toEqual(['5', '6', '7']);
});

test('a second member takes over partitions without losing or repeating a record', { timeout: 30_000 }, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`, 2);
  const validator = new LiveValidator();
  for (const partition of [0, 1]) await broker.sendNumbers(topic, 0, 500, partition);
  start(topic, validator);
  await until(() => validator.values(topic).length > 100);
  const second = start(topic, validator);
  await until(() => second.lanes.length === 1);
  for (const partition of [0, 1]) await broker.sendNumbers(topic, 500, 100, partition);
  for (const partition of [0, 1]) {
    await until(() => validator.values(topic, partition).length >= 600);
    expect(validator.values(topic, partition)).toEqual(numbers(0, 600));
  }
});

test('a slow validator pauses reading near the buffer limit, and nothing is lost', { timeout: 30_000 }, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const wide = (i: number) => String(i).padEnd(1_000, '.');
  const validator = new LiveValidator();
  validator.hold();
  for (let from = 0; from < 2_000; from += 100) {
    await broker.send(
      topic,
      Array.from({ length: 100 }, (_, i) => ({ partition: 0, value: wide(from + i) })),
    );
  }
  const limits = {
    laneBufferBytesMax: 200_000,
    kafka: clientConfig(group(topic), { partitionFetchBytesMax: 100_000 }),
  };
  const connector = start(topic, validator, limits);
  await until(() => (connector.lanes[0]?.status.bufferedBytes ?? 0) > 200_000);
  // Three heartbeats later: it reads no further and is still a member.
  await new Promise((resolve) => setTimeout(resolve, 600));
  const buffered = connector.lanes[0]?.status.bufferedBytes ?? 0;
  expect(buffered).toBeLessThan(200_000 + 2 * 110_000);
  expect(await broker.members(group(topic))).toBe(1);
  validator.release();
  await until(() => validator.values(topic).length >= 2_000);
  expect(validator.values(topic)).toEqual(Array.from({ length: 2_000 }, (_, i) => wide(i)));
});

test('G9: records deleted past the committed offset halt the partition, which says so and commits nothing', {
  timeout: 20_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`, 2);
  for (const partition of [0, 1]) await broker.sendNumbers(topic, 0, 10, partition);
  await broker.commit(group(topic), topic, 3, { metadata: 'as it was' });
  await broker.deleteBefore(topic, 7);
  const validator = new LiveValidator();
  const connector = start(topic, validator);
  await until(() => connector.lanes[0]?.problem !== undefined && validator.values(topic, 1).length === 10);
  const status = connectorStatus(connector, 'worker');
  expect(status.connector).toMatchObject({ state: 'FAILED' });
  expect(status.connector.trace).toContain(
    `kafka.offset_out_of_range: ${topic}-0 has no offset 3 any more: 4 offsets from there on are deleted`,
  );
  await connector.stop();
  expect(validator.values(topic)).toEqual([]);
  expect([await broker.committed(group(topic), topic), await broker.metadata(group(topic), topic)]).toEqual([
    3,
    'as it was',
  ]);
  expect(await broker.committed(group(topic), topic, 1)).toBe(10);
});

test('G9: records deleted from under a partition that is read halt it as well', { timeout: 20_000 }, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  validator.hold();
  await broker.sendNumbers(topic, 0, 10);
  const limits = { laneBufferBytesMax: 1, kafka: clientConfig(group(topic), { partitionFetchBytesMax: 1 }) };
  const connector = start(topic, validator, limits);
  await until(() => connector.lanes[0]?.isReading === false);
  await broker.sendNumbers(topic, 10, 10);
  await broker.deleteBefore(topic, 15);
  validator.release();
  await until(() => connector.lanes[0]?.problem?.message.includes('any more') === true);
  expect(connector.lanes[0]?.problem).toMatchObject({
    code: 'kafka.offset_out_of_range',
    message: `${topic}-0 has no offset 10 any more: 5 offsets from there on are deleted, by retention or by hand; its first one is 15`,
  });
});

test('behavior.on.lost.offset=earliest goes on at the first record there is, and says so', {
  timeout: 20_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  await broker.sendNumbers(topic, 0, 10);
  const untilMs = 0;
  await broker.commit(group(topic), topic, 3, { metadata: metadataOf({ untilMs, session: 'another' }) });
  await broker.deleteBefore(topic, 7);
  const validator = new LiveValidator();
  const log = new RecordedLog();
  const connector = start(topic, validator, { lostOffset: 'earliest' }, log.logger);
  await until(() => validator.values(topic).length >= 3);
  expect(validator.values(topic)).toEqual(['7', '8', '9']);
  expect(log.lines.find(({ event }) => event === 'offset_reset')).toMatchObject({ partition: 0, offset: 7 });
  expect(connector.problem).toBeUndefined();
  await until(async () => (await broker.committed(group(topic), topic)) === 10);
});

async function recreate(topic: string, records: number): Promise<void> {
  await broker.admin.deleteTopics({ topics: [topic] });
  await until(() =>
    broker.createTopic(topic).then(
      () => true,
      () => false,
    ),
  );
  await broker.sendNumbers(topic, 1_000, records);
}

/** Enough for the records of a new topic to be read if anybody did. */
const untilRead = () => new Promise((resolve) => setTimeout(resolve, 1_000));

test('G9: a topic that is created again with fewer records while it is read halts', { timeout: 30_000 }, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 10);
  const connector = start(topic, validator);
  await until(async () => (await broker.committed(group(topic), topic)) === 10);
  await recreate(topic, 3);
  await until(() => connector.lanes[0]?.problem?.code === 'kafka.offset_out_of_range');
  await untilRead();
  expect(connectorStatus(connector, 'worker').connector.trace).toContain('created again');
  expect(validator.values(topic)).toEqual(numbers(0, 10));
  expect([-1, 10]).toContain(await broker.committed(group(topic), topic));
});

test('G9: a topic that is created again with more records than the committed offset halts, for the next process too', {
  timeout: 30_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 10);
  const first = start(topic, validator);
  await until(async () => (await broker.committed(group(topic), topic)) === 10);
  const metadata = await broker.metadata(group(topic), topic);
  expect(reservationIn(metadata)?.topicId).toMatch(/^[0-9a-f]{32}$/);
  await first.stop();
  await recreate(topic, 50);
  // As a commit that was under way while the topic was deleted leaves it; Kafka drops those from before.
  await broker.commit(group(topic), topic, 10, { metadata: metadata.replace(/r=[0-9]+/, 'r=0') });
  const second = start(topic, validator);
  await until(() => second.lanes[0]?.problem !== undefined);
  expect(second.lanes[0]?.problem?.message).toBe(
    `the topic of ${topic}-0 was deleted and created again, and the group stands at offset 10 of the old one`,
  );
  await untilRead();
  await second.stop();
  expect(validator.values(topic)).toEqual(numbers(0, 10));
  expect(reservationIn(await broker.metadata(group(topic), topic))?.session).toBe(reservationIn(metadata)?.session);
});

test('G9: a topic created again while it is read halts though it has more records, and Kafka forgot the commits', {
  timeout: 40_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 10);
  const connector = start(topic, validator, { topics: { ...topicsListed(topic), refreshIntervalMs: 200 } });
  await until(async () => (await broker.committed(group(topic), topic)) === 10);
  await broker.admin.deleteTopics({ topics: [topic] });
  await until(() => connector.problem !== undefined);
  await until(() =>
    broker.createTopic(topic).then(
      () => true,
      () => false,
    ),
  );
  await broker.sendNumbers(topic, 1_000, 50);
  await until(() => connector.lanes[0]?.problem !== undefined);
  expect(connector.lanes[0]?.problem?.message).toContain(`the topic of ${topic}-0 was deleted and created again`);
  await untilRead();
  expect(validator.values(topic)).toEqual(numbers(0, 10));
});

test('behavior.on.lost.offset=earliest reads a topic that was created again from its beginning', {
  timeout: 40_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 10);
  const topics = { ...topicsListed(topic), refreshIntervalMs: 200 };
  start(topic, validator, { topics, lostOffset: 'earliest' });
  await until(async () => (await broker.committed(group(topic), topic)) === 10);
  await recreate(topic, 20);
  await until(() => validator.values(topic).slice(-20)[0] === '1000');
  await until(async () => (await broker.committed(group(topic), topic)) === 20);
  const values = validator.values(topic);
  expect(values.slice(0, 10)).toEqual(numbers(0, 10));
  expect(values.slice(-20)).toEqual(numbers(1_000, 20));
  // A fetch names a topic, not its id: until the metadata shows the new id, it may go on behind the old position.
  const between = values.slice(10, -20);
  expect(between).toEqual(numbers(1_010, between.length));
});

test('partitions that are added to a topic are read from their first record, within the age of metadata', {
  timeout: 30_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 5);
  const kafka = clientConfig(group(topic), { autoOffsetReset: 'latest', metadataAgeMaxMs: 500 });
  const connector = start(topic, validator, { kafka });
  await until(async () => (await broker.committed(group(topic), topic)) === 5);
  await broker.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
  for (const partition of [1, 2])
    await until(() =>
      broker.sendNumbers(topic, 0, 5, partition).then(
        () => true,
        () => false,
      ),
    );
  await until(() => connector.lanes.length === 3);
  for (const partition of [1, 2]) {
    await until(() => validator.values(topic, partition).length >= 5);
    expect(validator.values(topic, partition)).toEqual(numbers(0, 5));
  }
  expect(validator.values(topic)).toEqual([]);
});

test('a missing topic is a problem that ends when the topic is created', { timeout: 20_000 }, async () => {
  const topic = `topic-${randomUUID()}`;
  const validator = new LiveValidator();
  const connector = start(topic, validator);
  await until(() => connector.problem !== undefined);
  expect(connector.problem).toMatchObject({ code: 'kafka.topic_missing', needsAction: true, retrying: true });
  expect(connectorStatus(connector, 'worker').connector.state).toBe('FAILED');
  await broker.createTopic(topic);
  await broker.sendNumbers(topic, 0, 3);
  await until(() => validator.values(topic).length === 3);
  expect(connector.problem).toBeUndefined();
});

const byTopic = { database: undefined, collections: new Map(), collection: '${topic}', partition: undefined };

test('a pattern reads a topic that is created later, without losing or repeating a record of the others', {
  timeout: 30_000,
}, async () => {
  const prefix = `topic-${randomUUID()}`;
  const validator = new LiveValidator();
  const first = await broker.createTopic(`${prefix}.a`);
  await broker.sendNumbers(first, 0, 100);
  const connector = start(prefix, validator, { topics: topicsMatching(`${prefix}.*`), route: byTopic });
  await until(() => validator.values(first).length === 100);
  const second = await broker.createTopic(`${prefix}.b`);
  await broker.sendNumbers(second, 0, 50);
  for (let from = 100; from < 300; from += 20) await broker.sendNumbers(first, from, 20);
  await until(() => validator.values(second).length === 50 && validator.values(first).length >= 300);
  expect(validator.values(second)).toEqual(numbers(0, 50));
  expect(validator.values(first)).toEqual(numbers(0, 300));
  expect(connector.topics).toEqual([first, second]);
  const collections = connector.lanes.map(({ status }) => status.collection);
  expect(collections.toSorted()).toEqual([`${prefix}_a`, `${prefix}_b`].map((name) => name.replaceAll('-', '_')));
  await until(async () => (await broker.committed(group(prefix), second)) === 50);
});

test('two members that learn of a topic one after the other share it, and lose or repeat nothing', {
  timeout: 60_000,
}, async () => {
  const prefix = `topic-${randomUUID()}`;
  const validator = new LiveValidator();
  const first = await broker.createTopic(`${prefix}.a`, 2);
  const topics = topicsMatching(`${prefix}.*`);
  const slow = { ...topics, refreshIntervalMs: 1_500 };
  const members = [start(prefix, validator, { topics }), start(prefix, validator, { topics: slow })];
  await until(() => members.every(({ lanes }) => lanes.length === 1));
  for (const partition of [0, 1]) await broker.sendNumbers(first, 0, 100, partition);
  const second = await broker.createTopic(`${prefix}.b`, 2);
  for (const partition of [0, 1]) await broker.sendNumbers(second, 0, 100, partition);
  for (let from = 100; from < 400; from += 50) {
    for (const partition of [0, 1]) await broker.sendNumbers(first, from, 50, partition);
  }
  await until(() => members.every(({ lanes }) => lanes.length === 2));
  for (const partition of [0, 1]) {
    await until(() => validator.values(first, partition).length >= 400);
    await until(() => validator.values(second, partition).length >= 100);
    expect(validator.values(first, partition)).toEqual(numbers(0, 400));
    expect(validator.values(second, partition)).toEqual(numbers(0, 100));
  }
});

test('a pattern that matches nothing waits and says so; the first topic ends the wait', {
  timeout: 20_000,
}, async () => {
  const prefix = `topic-${randomUUID()}`;
  const validator = new LiveValidator();
  const connector = start(prefix, validator, { topics: topicsMatching(`${prefix}.*`) });
  await until(() => connector.problem !== undefined);
  expect(connector.problem).toMatchObject({ code: 'kafka.no_topic_matches', needsAction: false, retrying: true });
  expect(connectorStatus(connector, 'worker')).toMatchObject({
    connector: { state: 'UNASSIGNED' },
    millrace: { blocked_by: [expect.stringContaining(`no topic matches topics.regex=${prefix}.*`)] },
  });
  const topic = await broker.createTopic(`${prefix}.a`);
  await broker.sendNumbers(topic, 0, 3);
  await until(() => validator.values(topic).length === 3);
  expect(connector.problem).toBeUndefined();
});

test('a topic that is deleted is told and left, and the others are read on', { timeout: 30_000 }, async () => {
  const prefix = `topic-${randomUUID()}`;
  const validator = new LiveValidator();
  const [gone, kept] = [await broker.createTopic(`${prefix}.a`), await broker.createTopic(`${prefix}.b`)];
  for (const topic of [gone, kept]) await broker.sendNumbers(topic, 0, 10);
  const log = new RecordedLog();
  const connector = start(prefix, validator, { topics: topicsMatching(`${prefix}.*`) }, log.logger);
  await until(() => validator.values(gone).length === 10 && validator.values(kept).length === 10);
  await until(async () => (await broker.committed(group(prefix), kept)) === 10);
  await broker.admin.deleteTopics({ topics: [gone] });
  await until(() => connector.topics.length === 1 && connector.isJoined);
  expect(log.lines.find(({ event }) => event === 'topics_gone')).toMatchObject({ topics: [gone] });
  await broker.sendNumbers(kept, 10, 10);
  await until(() => validator.values(kept).length >= 20);
  expect(validator.values(kept)).toEqual(numbers(0, 20));
});

test('a listed topic that is deleted while it is read is missed', {
  timeout: 30_000,
}, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 3);
  const topics = { ...topicsListed(topic), refreshIntervalMs: 200 };
  const connector = start(topic, validator, { topics });
  await until(() => validator.values(topic).length === 3);
  await broker.admin.deleteTopics({ topics: [topic] });
  await until(() => connector.problem?.code === 'kafka.topic_missing');
  expect(connectorStatus(connector, 'worker').connector.state).toBe('FAILED');
});

test('topics that would share a collection by accident are not read until somebody says where they go', {
  timeout: 30_000,
}, async () => {
  const prefix = `topic-${randomUUID()}`;
  const validator = new LiveValidator();
  const topics = [`${prefix}.a-b`, `${prefix}.a.b`, `${prefix}.c`];
  for (const topic of topics) await broker.sendNumbers(await broker.createTopic(topic), 0, 3);
  const config = { topics: topicsMatching(`${prefix}.*`), route: byTopic };
  const connector = start(prefix, validator, config);
  await until(() => validator.values(`${prefix}.c`).length === 3);
  expect(connectorStatus(connector, 'worker').connector).toMatchObject({
    state: 'FAILED',
    trace: expect.stringContaining(`kafka.topics_clash: topics would share a collection by accident`),
  });
  expect(connector.topics).toEqual([`${prefix}.c`]);
  await connector.stop();
  const collections = new Map([[`${prefix}.a-b`, 'mine']]);
  start(prefix, validator, { ...config, route: { ...byTopic, collections } });
  for (const topic of topics) await until(() => validator.values(topic).length === 3);
});

// Last: it takes the broker away from under every other test.
test('a Kafka that stops and starts again is waited for', { timeout: 60_000 }, async () => {
  const topic = await broker.createTopic(`topic-${randomUUID()}`);
  const validator = new LiveValidator();
  await broker.sendNumbers(topic, 0, 10);
  const connector = start(topic, validator);
  await until(() => validator.values(topic).length === 10);
  await broker.server.stop();
  await until(() => connector.problem?.code === 'kafka.unavailable');
  await broker.server.restart();
  await broker.sendNumbers(topic, 10, 10);
  await until(() => new Set(validator.values(topic)).size === 20);
  await until(() => connector.problem === undefined);
});
