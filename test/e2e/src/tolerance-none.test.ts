import { describe, expect, it } from 'vitest';
import { compareRows, noDifferences } from './harness/compare-rows.ts';
import { connectorStatus } from './harness/consumer-status.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const topic = 'tolerance';
const groupId = `connect-${topic}`;
const before = 250;

describe('errors.tolerance=none', () => {
  const the = scene();

  it('stops the lane at the bad record and no other lane', { timeout: 90_000 }, async () => {
    const { kafka } = the;
    await kafka.createTopic(topic, 2);
    await the.createMixed(topic);
    const source = new RecordSource({ seed: 6, partitions: 2 });
    const good = source.take(2 * before);
    const bad = { partition: 1, key: 'bad', value: '{"id": 5, "pair": [1, 2, 3]}' };
    const behind = new RecordSource({ seed: 7, partitions: 2 }).take(before).filter(({ partition }) => partition === 1);
    await kafka.send(topic, [...good, bad, ...behind]);
    const pipeline = await the.start({
      connectors: { tolerance: the.connector(topic, topic, { 'batch.records.max': '100' }) },
    });

    const failed = await until(
      'the connector has FAILED',
      async () => {
        const status = await connectorStatus(pipeline, topic);
        return status.connector.state === 'FAILED' && status;
      },
      { timeoutMs: 30_000, found: () => connectorStatus(pipeline, topic) },
    );
    expect(failed.connector.trace).toContain('V010');
    expect(failed.connector.trace).toContain('$.flag');
    expect(failed.connector.trace).toMatch(new RegExp(`${topic}-1\\b.*offset ${before}\\b`));
    expect(failed.tasks).toMatchObject([{ state: 'FAILED', trace: failed.connector.trace }]);

    // The other lane goes on, also with what comes later.
    const later = new RecordSource({ seed: 8, partitions: 1 });
    await kafka.send(topic, later.take(50));
    const committed = () => kafka.committed(groupId, topic);
    await until(
      'partition 0 is committed to its end and partition 1 up to the bad record',
      async () => {
        const offsets = await committed();
        return offsets.get(0) === BigInt(before + 50) && offsets.get(1) === BigInt(before);
      },
      { timeoutMs: 30_000, found: async () => [...(await committed())].map(String) },
    );
    const rows = new Map([...source.rows, ...later.rows]);
    expect(await compareRows(the.reader, topic, rows)).toEqual(noDifferences);

    // Nothing is forgotten by a restart: it stops at the same record again.
    await pipeline.services.consumer.restart();
    await until('FAILED again', async () => (await connectorStatus(pipeline, topic)).connector.state === 'FAILED', {
      timeoutMs: 30_000,
    });
    expect([...(await committed())]).toEqual([
      [0, BigInt(before + 50)],
      [1, BigInt(before)],
    ]);
    expect(await compareRows(the.reader, topic, rows)).toEqual(noDifferences);
    expect(await kafka.topicExists(`${topic}.dead-letters`)).toBe(false);
  });
});
