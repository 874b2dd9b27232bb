import { Kafka, logLevel } from 'kafkajs';
import { expect, inject, it } from 'vitest';
import { groupGeneration } from './group-generation.ts';
import { KafkaClient } from './kafka-client.ts';
import { until } from './until.ts';

it('sees a rebalance that leaves the only member where it was', { timeout: 60_000 }, async () => {
  const client = new KafkaClient(inject('bootstrap'));
  await client.createTopic('generation', 1);
  const kafka = new Kafka({ brokers: [inject('bootstrap')], logLevel: logLevel.NOTHING });
  const join = async () => {
    const consumer = kafka.consumer({ groupId: 'generation', maxWaitTimeInMs: 100, heartbeatInterval: 300 });
    await consumer.subscribe({ topic: 'generation' });
    await consumer.run({ eachMessage: async () => {} });
    return consumer;
  };
  const stays = await join();
  try {
    await until('one member', async () => (await client.group('generation')).state === 'Stable', { timeoutMs: 20_000 });
    const { memberIds } = await client.group('generation');
    const first = await groupGeneration(client, 'generation');
    const leaves = await join();
    await until('two members', async () => (await client.group('generation')).memberIds.length === 2, {
      timeoutMs: 20_000,
    });
    await leaves.disconnect();
    await until(
      'one stable member again',
      async () => {
        const group = await client.group('generation');
        return group.state === 'Stable' && group.memberIds.length === 1;
      },
      { timeoutMs: 20_000 },
    );
    expect((await client.group('generation')).memberIds).toEqual(memberIds);
    expect(await groupGeneration(client, 'generation')).toBeGreaterThan(first);
  } finally {
    await stays.disconnect();
  }
});
