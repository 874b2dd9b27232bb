import { randomUUID } from 'node:crypto';
import { MissingTopicError, NoMatchingTopicError, type TopicsConfig } from '@millrace/connector-config';
import { type KafkaVersion, kafkaVersion, olderKafkaVersion } from '@millrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Broker, until } from '../test/broker.ts';
import { clientConfig, topicsListed, topicsMatching } from '../test/connector-config.ts';
import { SourceProbe } from '../test/source-probe.ts';

let broker: Broker;
const probes: SourceProbe[] = [];
const log: string[] = [];
afterEach(async () => {
  await Promise.all(probes.splice(0).map(({ source }) => source.stop()));
  log.splice(0);
});

function onBroker(version: KafkaVersion): void {
  beforeAll(async () => {
    broker = await Broker.start({}, version);
  });
  afterAll(() => broker?.remove());
}

function probe(
  groupId: string,
  topics: string | TopicsConfig,
  more: Parameters<typeof clientConfig>[1] = {},
  name = 'a',
): SourceProbe {
  const chosen = typeof topics === 'string' ? topicsListed(topics) : topics;
  const made = new SourceProbe(broker.server.bootstrap, clientConfig(groupId, more), chosen, name, log);
  probes.push(made);
  return made;
}

async function started(made: SourceProbe): Promise<SourceProbe> {
  await made.source.start();
  await until(() => made.assignments.length > 0);
  return made;
}

const names = (): [groupId: string, topic: string] => [`group-${randomUUID()}`, `topic-${randomUUID()}`];

describe(`on Kafka ${kafkaVersion}`, () => {
  onBroker(kafkaVersion);
  essentials();

  test('auto.offset.reset=latest begins at the end where nothing is committed, but not in partitions added since', {
    timeout: 20_000,
  }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic, 3);
    for (const partition of [0, 1, 2]) await broker.sendNumbers(topic, partition * 10, 5, partition);
    await broker.commit(groupId, topic, 4, { partition: 1 });
    const { starts, values } = await started(probe(groupId, topic, { autoOffsetReset: 'latest' }));
    expect(starts).toEqual({ [`${topic}-0`]: 5, [`${topic}-1`]: 4, [`${topic}-2`]: 0 });
    await broker.sendNumbers(topic, 100, 1, 0);
    await until(() => values.length >= 7);
    expect(values.toSorted()).toEqual(['100', '14', '20', '21', '22', '23', '24']);
  });

  test('a member that was paused reads on after a rejoin, and nothing is committed without a generation', {
    timeout: 30_000,
  }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic, 2);
    const first = await started(probe(groupId, topic));
    for (const partition of [0, 1]) first.source.setPaused({ topic, partition }, true);
    const second = await started(probe(groupId, topic, {}, 'b'));
    await second.source.stop();
    await until(() => log.filter((line) => line === 'a assigned 2').length === 2);
    for (const partition of [0, 1]) await broker.sendNumbers(topic, 0, 1, partition);
    await until(() => first.values.length === 2);
    expect(await second.source.commit([{ topic, partition: 0, offset: 1n, metadata: null }])).toBeUndefined();
    expect(await broker.committed(groupId, topic)).toBe(-1);
  });

  test('a stop while it joins leaves no member behind', { timeout: 20_000 }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic);
    const first = await started(probe(groupId, topic));
    let comeBack = () => {};
    first.onRevoking = () =>
      new Promise((resolve) => {
        comeBack = resolve;
      });
    // It joins as long as the first member does not come back, and would be missed for longer than the test lasts.
    const second = probe(groupId, topic, { sessionTimeoutMs: 60_000 }, 'b');
    const starting = second.source.start().catch(() => {});
    await until(() => log.includes('a revoking'));
    const stopped = second.source.stop();
    comeBack();
    await stopped;
    await starting;
    first.onRevoking = async () => {};
    await until(async () => (await broker.members(groupId)) === 1 && first.source.isJoined);
    expect(log).not.toContain('b assigned 0');
    expect(log).not.toContain('b assigned 1');
  });

  test('a rejoin that cannot be taken ends the source instead of reading for nobody', { timeout: 20_000 }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic);
    const failing = await started(probe(groupId, topic));
    failing.onAssigned = () => {
      throw new Error('no room');
    };
    const second = probe(groupId, topic, {}, 'b');
    await second.source.start();
    await until(() => failing.crashes.length > 0);
    expect(failing.crashes[0]).toMatchObject({ message: 'no room' });
  });

  test('a topic that does not exist is named', async () => {
    const [groupId, topic] = names();
    await expect(probe(groupId, topic).source.start()).rejects.toThrow(MissingTopicError);
  });

  test('a pattern subscribes to what matches as a whole, and internal topics never do', {
    timeout: 20_000,
  }, async () => {
    const [groupId, prefix] = names();
    for (const topic of [`${prefix}.a`, `${prefix}.b`, `x-${prefix}.a`]) await broker.createTopic(topic);
    await broker.sendNumbers(`${prefix}.b`, 0, 2);
    // The group's own topic exists by now.
    const { topics, values } = await started(probe(groupId, topicsMatching(`${prefix}..*|__consumer.*`)));
    expect(topics).toEqual([`${prefix}.a`, `${prefix}.b`]);
    await until(() => values.length === 2);
  });

  test('a pattern that matches no topic is told as such', async () => {
    const [groupId, prefix] = names();
    await expect(probe(groupId, topicsMatching(`${prefix}.*`)).source.start()).rejects.toThrow(NoMatchingTopicError);
  });

  test('a topic that comes and one that goes are told once each, and not while nothing changes', {
    timeout: 30_000,
  }, async () => {
    const [groupId, prefix] = names();
    await broker.createTopic(`${prefix}.a`);
    const first = await started(probe(groupId, topicsMatching(`${prefix}.*`)));
    await broker.createTopic(`other-${prefix}`);
    const looks = 3 * topicsMatching('x').refreshIntervalMs;
    await new Promise((resolve) => setTimeout(resolve, looks));
    expect(first.changes).toBe(0);
    await broker.createTopic(`${prefix}.b`);
    await until(() => first.changes > 0);
    await new Promise((resolve) => setTimeout(resolve, looks));
    expect(first.changes).toBe(1);
    await first.source.stop();
    const second = await started(probe(groupId, topicsMatching(`${prefix}.*`), {}, 'b'));
    expect(second.topics).toEqual([`${prefix}.a`, `${prefix}.b`]);
    await broker.admin.deleteTopics({ topics: [`${prefix}.a`] });
    await until(() => second.changes > 0 || second.crashes.length > 0);
  });

  test('while members know of different topics, none is given a partition that it would drop', {
    timeout: 30_000,
  }, async () => {
    const [groupId, prefix] = names();
    const [old, recent] = [
      await broker.createTopic(`${prefix}.old`, 2),
      await broker.createTopic(`${prefix}.recent`, 4),
    ];
    const first = await started(probe(groupId, old));
    const second = await started(probe(groupId, topicsMatching(`${prefix}.*`), {}, 'b'));
    await until(() => first.assignments.length + second.assignments.length >= 2 && log.length >= 4);
    expect(first.assignments.every(({ topic }) => topic === old)).toBe(true);
    // Whichever leads the group: it knows its own topics, and gives them to whom wants them.
    await first.source.stop();
    await until(() => second.assignments.length === 6);
    const third = await started(probe(groupId, old, {}, 'c'));
    await until(() => second.assignments.length === 5 && third.assignments.length === 1);
    for (const partition of [0, 1, 2, 3]) await broker.sendNumbers(recent, partition, 1, partition);
    for (const partition of [0, 1]) await broker.sendNumbers(old, 10 + partition, 1, partition);
    await until(() => second.values.length + third.values.length >= 6);
    expect([...second.values, ...third.values].toSorted()).toEqual(['0', '1', '10', '11', '2', '3']);
  });
});

describe(`on Kafka ${olderKafkaVersion}`, () => {
  onBroker(olderKafkaVersion);
  essentials();
});

/** What nothing else can do without, on whatever broker. */
function essentials(): void {
  test('reading begins at what is committed, else at the first record that is left', { timeout: 20_000 }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic, 3);
    for (const partition of [0, 1]) await broker.sendNumbers(topic, 0, 5, partition);
    await broker.commit(groupId, topic, 3);
    await broker.deleteBefore(topic, 2, 1);
    const { source, starts, values } = await started(probe(groupId, topic));
    expect(source.isJoined).toBe(true);
    expect(starts).toEqual({ [`${topic}-0`]: 3, [`${topic}-1`]: 2, [`${topic}-2`]: 0 });
    await until(() => values.length >= 5);
    expect(values.toSorted()).toEqual(['2', '3', '3', '4', '4']);
  });

  test('aborted records are not delivered, and control records do not pin the end', { timeout: 20_000 }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic);
    const producer = broker.kafka.producer({
      transactionalId: randomUUID(),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    for (const [value, ends] of [
      ['kept', 'commit'],
      ['aborted', 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[ends]();
    }
    const { values, positions } = await started(probe(groupId, topic));
    await until(() => positions.get(`${topic}-0`) === 4n);
    // A fetch of nothing but an aborted record and its marker is told as well.
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: 'aborted too' }] });
    await transaction.abort();
    await until(() => positions.get(`${topic}-0`) === 6n);
    expect(values).toEqual(['kept']);
    await producer.disconnect();
  });

  test('before a rejoin the old generation can still commit, and the other member starts there', {
    timeout: 30_000,
  }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic, 2);
    for (const partition of [0, 1]) await broker.sendNumbers(topic, 0, 5, partition);
    const first = await started(probe(groupId, topic));
    await until(() => first.values.length === 10);
    first.commitOnRevoke = [0, 1].map((partition) => ({
      topic,
      partition,
      offset: BigInt(partition + 2),
      metadata: `of ${partition}`,
    }));
    const second = await started(probe(groupId, topic, {}, 'b'));
    await until(() => log.length >= 4);
    expect(log[0]).toBe('a assigned 2');
    expect(log[1]).toBe('a revoking');
    expect(log.slice(2).toSorted()).toEqual(['a assigned 1', 'b assigned 1']);
    expect(first.acceptedOnRevoke).toEqual([true]);
    expect({ ...first.starts, ...second.starts }).toEqual({ [`${topic}-0`]: 2, [`${topic}-1`]: 3 });
    for (const { partition, committed } of [...first.assignments, ...second.assignments]) {
      expect(committed).toEqual({ offset: BigInt(partition + 2), metadata: `of ${partition}` });
    }
  });

  test('a commit that the broker refuses for some partitions is made for the others, and says which', {
    timeout: 20_000,
  }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic, 2);
    const { source } = await started(probe(groupId, topic));
    const commit = { topic, partition: 0, offset: 1n, metadata: null };
    const refusals = await source.commit([
      { ...commit, partition: 1, metadata: 'x'.repeat(10_000) },
      { ...commit, topic: `${topic}-gone` },
      commit,
    ]);
    const told = Object.fromEntries([...(refusals ?? [])].map(([partition, { message }]) => [partition, message]));
    expect(told).toEqual({
      [`${topic}-1`]: 'The metadata field of the offset request was too large',
      [`${topic}-gone-0`]: 'This server does not host this topic-partition',
    });
    expect(await broker.committed(groupId, topic)).toBe(1);
  });

  test('an offset that is gone is reported, changes no commit, and holds up no other partition', {
    timeout: 20_000,
  }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic, 2);
    for (const partition of [0, 1]) await broker.sendNumbers(topic, 0, 5, partition);
    await broker.commit(groupId, topic, 2);
    await broker.deleteBefore(topic, 4, 0);
    const { values, outOfRange, crashes } = await started(probe(groupId, topic));
    await until(() => values.length === 5);
    expect(values).toEqual(['0', '1', '2', '3', '4']);
    expect(new Set(outOfRange)).toEqual(new Set([`${topic}-0`]));
    expect(await broker.committed(groupId, topic)).toBe(2);
    expect(crashes).toEqual([]);
  });

  test('a stop leaves the group at once', { timeout: 20_000 }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic);
    const { source } = await started(probe(groupId, topic));
    expect(await broker.members(groupId)).toBe(1);
    const before = performance.now();
    await source.stop();
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await broker.members(groupId)).toBe(0);
  });

  test('a topic has an id, and another one when it is created again', { timeout: 20_000 }, async () => {
    const [groupId, topic] = names();
    await broker.createTopic(topic);
    const first = await started(probe(groupId, { ...topicsListed(topic), refreshIntervalMs: 200 }));
    const [before] = first.assignments;
    expect(before?.topicId).toMatch(/^[0-9a-f]{32}$/);
    await broker.admin.deleteTopics({ topics: [topic] });
    await until(() =>
      broker.createTopic(topic).then(
        () => true,
        () => false,
      ),
    );
    // Either it was seen to be away, and the source has ended, or its id tells.
    await until(
      () => first.recreated.includes(topic) || first.changes > 0 || first.crashes.length > 0 || log.length > 2,
    );
    await first.source.stop();
    const second = await started(probe(groupId, topic, {}, 'b'));
    expect(second.assignments[0]?.topicId).toMatch(/^[0-9a-f]{32}$/);
    expect(second.assignments[0]?.topicId).not.toBe(before?.topicId);
  });
}
