import { randomUUID } from 'node:crypto';
import { kafkaVersion, olderKafkaVersion } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Broker, until } from '../test/broker.ts';
import { clientConfig } from '../test/connector-config.ts';
import { SourceProbe } from '../test/source-probe.ts';
import { GroupMember } from './group-member.ts';

/** Far longer than the test may take: so nothing here can come from a session that has expired. */
const sessionTimeoutMs = 300_000;

describe.each([kafkaVersion, olderKafkaVersion] as const)('on Kafka %s', (version) => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await Broker.start({ 'group.max.session.timeout.ms': String(sessionTimeoutMs) }, version);
  });
  afterAll(() => broker?.remove());

  const probe = (groupId: string, topic: string, name: string, log: string[], member?: GroupMember): SourceProbe =>
    new SourceProbe(
      broker.server.bootstrap,
      clientConfig(groupId, { sessionTimeoutMs }),
      [topic],
      name,
      log,
      ...(member ? [member] : []),
    );

  test('sources that follow those that a broker took with it are not kept waiting for their sessions', {
    timeout: 90_000,
  }, async () => {
    const groupId = `group-${randomUUID()}`;
    const topic = await broker.createTopic(`topic-${randomUUID()}`, 2);
    const log: string[] = [];
    const members = [new GroupMember(), new GroupMember()] as const;
    const first = members.map((member, index) => probe(groupId, topic, `first-${index}`, log, member));
    for (const { source } of first) await source.start();
    await until(() => first.every(({ assignments }) => assignments.length === 1));
    const ids = members.map(({ id }) => id);

    await broker.server.stop();
    await until(() => first.every(({ crashes }) => crashes.length > 0));
    await Promise.all(first.map(({ source }) => source.stop()));
    expect(members.map(({ id }) => id)).toEqual(ids);
    await broker.server.restart();

    const next = await Promise.all(
      members.map(async (member, index) => {
        // The coordinator may still be loading the group; a connector makes another source then, too.
        for (;;) {
          const made = probe(groupId, topic, `next-${index}`, log, member);
          await made.source.start().catch(() => {});
          if (made.source.isJoined) return made;
          await made.source.stop();
        }
      }),
    );
    await until(() => next.every(({ assignments }) => assignments.length === 1));
    expect(members.map(({ id }) => id)).toEqual(ids);
    expect(await broker.members(groupId)).toBe(2);

    await Promise.all(next.map(({ source }) => source.stop()));
    expect(members.map(({ id }) => id)).toEqual([null, null]);
    expect(await broker.members(groupId)).toBe(0);
  });
});
