import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs, residentBytes } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { connectorCounts } from './harness/consumer-status.ts';
import type { Pipeline } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const partitions = 3_000;
const busy = 20;
const mebibyte = 1024 * 1024;
const heapMib = 256;
/** Of the consumer, with a lane for each partition. */
const residentBytesMax = 500 * mebibyte;
const measuredMs = 30_000;
/** Of one processor, while nothing happens: fetches of 3,000 partitions that wait for half a second and bring nothing. */
const cpuShareMax = 0.5;

const openLanes = async (pipeline: Pipeline): Promise<number> => {
  const { lanes }: { lanes: { open: number } } = JSON.parse((await pipeline.get('schema-validator', '/status')).text);
  return lanes.open;
};

describe(`${partitions} partitions, of which ${busy} have records`, () => {
  const the = scene();
  const topic = 'idle';

  it('cost little, and only those with records have a stream', { timeout: 600_000 }, async () => {
    const { kafka } = the;
    await kafka.createTopic(topic, partitions);
    await the.createMixed(topic);
    const pipeline = await the.start({
      connectors: { [topic]: the.connector(topic, topic, { 'errors.tolerance': 'all' }) },
      environment: { NODE_OPTIONS: `--max-old-space-size=${heapMib}` },
      ready: '/livez',
    });
    const { pid } = pipeline.services.consumer;
    const joined = async () => (await pipeline.get('consumer', '/readyz')).status === 200;
    await until('the consumer has all partitions', joined, { timeoutMs: 300_000 });

    const [before, began] = [await cpuMs(pid), performance.now()];
    await delay(measuredMs);
    const cpuShare = (await cpuMs(pid)) - before;
    const idle = cpuShare / (performance.now() - began);
    const resident = await residentBytes(pid);
    console.info(
      `${partitions} idle partitions: consumer ${Math.round(resident / mebibyte)} MiB, ${(100 * idle).toFixed(1)} % of a processor`,
    );
    expect(await openLanes(pipeline)).toBe(0);

    const source = new RecordSource({ seed: 8, partitions: busy });
    await kafka.send(topic, source.take(50 * busy));
    const opened: number[] = [];
    const written = async () => {
      opened.push(await openLanes(pipeline));
      return (await connectorCounts(pipeline, topic)).written === source.made;
    };
    await until('all is written', written, { timeoutMs: 120_000 });
    console.info(`${Math.max(...opened)} streams open at most`);
    expect(Math.max(...opened)).toBeGreaterThan(0);
    expect(Math.max(...opened)).toBeLessThanOrEqual(busy);
    await until('the streams are given back', async () => (await openLanes(pipeline)) === 0, { timeoutMs: 60_000 });

    expect(resident).toBeLessThan(residentBytesMax);
    expect(idle).toBeLessThan(cpuShareMax);
  });
});
