import { describe, expect, it } from 'vitest';
import { compareRows, noDifferences } from './harness/compare-rows.ts';
import { unansweredBatches } from './harness/consumer-status.ts';
import { Feeder } from './harness/feeder.ts';
import { serviceNames } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const topic = 'shutdown';
const groupId = `connect-${topic}`;
const stopMsMax = 10_000;

describe('SIGTERM under load', () => {
  const the = scene();

  it('ends each service with 0 within 10 s, and nothing is lost', { timeout: 120_000 }, async () => {
    const { kafka } = the;
    const source = new RecordSource({ seed: 10, partitions: 4 });
    await kafka.createTopic(topic, 4);
    await the.createMixed(topic);
    const keys = { 'batch.records.max': '200', 'errors.tolerance': 'all' };
    const pipeline = await the.start({ connectors: { shutdown: the.connector(topic, topic, keys) } });
    const feeder = new Feeder(kafka, source, { topic, groupId, backlog: 8_000, portion: 4_000 });

    for (const name of serviceNames) {
      await until('batches are in flight', async () => (await unansweredBatches(pipeline, topic)) > 0, {
        timeoutMs: 45_000,
      });
      const begin = performance.now();
      expect([name, await pipeline.services[name].stop()]).toEqual([name, { code: 0, signal: null }]);
      expect(performance.now() - begin).toBeLessThan(stopMsMax);
      if (name === 'consumer') {
        // Not one session timeout later: the member said goodbye.
        expect(await kafka.group(groupId)).toEqual({ state: 'Empty', memberIds: [] });
        // Every key occurs once, so rows can be counted: all that was sent was finished, and all of it committed.
        const committed = [...(await kafka.committed(groupId, topic)).values()].reduce(
          (sum, at) => sum + Number(at),
          0,
        );
        expect(await the.reader.count(topic)).toBe(committed);
      }
      await pipeline.services[name].restart();
    }
    await feeder.stop();
    await kafka.untilCommitted(groupId, topic, 60_000);
    expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
    expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
  });
});
