import { describe, expect, it } from 'vitest';
import { connectorStatus } from './harness/consumer-status.ts';
import type { ConnectorKeys, Pipeline } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';

const topic = 'all-bad';
const groupId = `connect-${topic}`;
const count = 1_000;

describe('a topic of nothing but bad records', () => {
  const the = scene();

  it('stops at the limit of dead letters, and goes on with a higher one', { timeout: 90_000 }, async () => {
    const { kafka } = the;
    await kafka.createTopic(topic, 1);
    await the.createMixed(topic);
    await kafka.send(
      topic,
      Array.from({ length: count }, (_, i) => ({ partition: 0, value: `{"id": ${i}, "pair": [1, 2, 3]}` })),
    );
    const keys = (runMax: number): ConnectorKeys =>
      the.connector(topic, topic, {
        'errors.tolerance': 'all',
        'errors.deadletterqueue.run.max': String(runMax),
        'batch.records.max': '40',
      });
    const pipeline = await the.start({ connectors: { limit: keys(100) } });

    const failed = await untilState(pipeline, 'FAILED');
    expect(failed.connector.trace).toMatch(/^dead_letter\.limit_run: more than 100 records of all-bad-0 in a row/);
    expect(failed.connector.trace).toMatch(/V010 \(\d+ of \d+\), such as offset \d+ at \$\.flag/);
    expect(failed.connector.trace).toContain('errors.deadletterqueue.run.max');
    expect(failed.millrace.lanes).toMatchObject([{ phase: 'stopped', problem: { retrying: false } }]);
    // Two batches are within the limit, the third is not.
    const letters = async () => (await kafka.readAll(`${topic}.dead-letters`)).length;
    const committed = async () => (await kafka.committed(groupId, topic)).get(0);
    await until('the letters within the limit are written and committed', async () => (await committed()) === 80n, {
      timeoutMs: 20_000,
      found: async () => String(await committed()),
    });
    expect(await letters()).toBe(80);
    const { read, deadLettered, released, under_way } = failed.millrace.records;
    expect(deadLettered + released + under_way).toBe(read);

    await pipeline.writeConnector('limit', keys(0));
    await pipeline.services.consumer.restart();
    await kafka.untilCommitted(groupId, topic, 30_000);
    await untilState(pipeline, 'RUNNING');
    expect(await letters()).toBe(count);
  });
});

async function untilState(pipeline: Pipeline, state: string) {
  const look = () => connectorStatus(pipeline, topic);
  return await until(
    `the connector is ${state}`,
    async () => {
      const status = await look();
      return status.connector.state === state && status;
    },
    { timeoutMs: 30_000, found: look },
  );
}
