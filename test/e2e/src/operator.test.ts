import { describe, expect, it } from 'vitest';
import { compareRows, noDifferences } from './harness/compare-rows.ts';
import { connectorStatus } from './harness/consumer-status.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const topic = 'operator';

// A wrong token is of the same class, but milvus-lite takes any, so it is not shown here.
describe('a missing collection', () => {
  const the = scene();

  it('fails the connector until somebody creates it, and then it goes on unaided', { timeout: 90_000 }, async () => {
    const { kafka } = the;
    const source = new RecordSource({ seed: 9, partitions: 2 });
    await kafka.createTopic(topic, 2);
    await kafka.send(topic, source.take(500));
    const pipeline = await the.start({
      connectors: { operator: the.connector(topic, topic, { 'errors.tolerance': 'all' }) },
    });

    const failed = await until(
      'the connector has FAILED',
      async () => {
        const status = await connectorStatus(pipeline, topic);
        return status.connector.state === 'FAILED' && status;
      },
      { timeoutMs: 30_000, found: () => connectorStatus(pipeline, topic) },
    );
    expect(failed.connector.trace).toContain(`collection ${topic}`);
    const problems = failed.millrace.lanes.flatMap(({ problem }) => problem ?? []);
    expect(problems).not.toEqual([]);
    expect(problems.every(({ retrying }) => retrying)).toBe(true);
    expect([...(await kafka.committed(`connect-${topic}`, topic)).values()].filter((offset) => offset > 0n)).toEqual(
      [],
    );

    await the.createMixed(topic);
    await kafka.untilCommitted(`connect-${topic}`, topic, 45_000);
    expect((await connectorStatus(pipeline, topic)).connector.state).toBe('RUNNING');
    expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
    expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
  });
});
