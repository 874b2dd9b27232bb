import { describe, expect, it } from 'vitest';
import { compareRows, noDifferences } from '../harness/compare-rows.ts';
import { connectorStatus } from '../harness/consumer-status.ts';
import { groupGeneration } from '../harness/group-generation.ts';
import { growth, sampleMemory } from '../harness/memory-samples.ts';
import { type ServiceName, serviceNames } from '../harness/pipeline.ts';
import { scene } from '../harness/scene.ts';
import { until } from '../harness/until.ts';
import { RecordSource } from '../reference/records.ts';

const partitions = 4;
const recordBytes = 5_000;
const portion = 400;
/** Offered while Milvus is away: 3 MB a second. */
const offeredBytesPerMs = 3_000;
/** Flat: nobody's peak of the outage's last third is more than this above the peak of its first third. */
const growthMax = 0.15;

/** Stops Milvus while records keep coming, starts it again, and touches nothing else. */
export function milvusOutage(size: { readonly outageMs: number; readonly timeoutMs: number }): void {
  describe(`Milvus away for ${size.outageMs / 1000} s`, () => {
    const the = scene();
    const topic = 'outage';
    const groupId = `connect-${topic}`;
    const source = new RecordSource({ seed: 5, partitions, repeatedShare: 0.2, padBytes: 4_500 });

    it('is waited out with flat memory and the same group, and then everything arrives', {
      timeout: size.timeoutMs,
    }, async () => {
      const { kafka, milvus } = the;
      await kafka.createTopic(topic, partitions);
      await the.createMixed(topic);
      const keys = {
        'errors.tolerance': 'all',
        'consumer.override.session.timeout.ms': '6000',
        'consumer.override.heartbeat.interval.ms': '1000',
        'window.bytes.max': '2097152',
        'lane.buffer.bytes.max': '2097152',
      };
      const pipeline = await the.start({ connectors: { outage: the.connector(topic, topic, keys) } });
      const pids = () => serviceNames.map((name) => pipeline.services[name].pid);
      await kafka.send(topic, source.take(4 * portion));
      await kafka.untilCommitted(groupId, topic, 30_000);
      const before = {
        pids: pids(),
        members: await kafka.group(groupId),
        generation: await groupGeneration(kafka, groupId),
      };

      expect(before.members).toMatchObject({ state: 'Stable', memberIds: [expect.any(String)] });
      await milvus.stop();
      let away = true;
      const begin = performance.now();
      const offered = source.made;
      const isDue = () => (source.made - offered) * recordBytes < (performance.now() - begin) * offeredBytesPerMs;
      const flow = (async () => {
        while (away) {
          await kafka.send(topic, source.take(portion));
          await until('the next portion is due', async () => !away || isDue(), { timeoutMs: 30_000 });
        }
      })();
      const blocked = await until(
        'the status names what blocks',
        async () => {
          const { millrace } = await connectorStatus(pipeline, topic);
          return millrace.blocked_by.length > 0 && millrace.blocked_by;
        },
        { timeoutMs: 10_000 },
      );
      expect(blocked.join()).toMatch(/milvus/i);
      const grown = await Promise.all(
        serviceNames.map(async (name): Promise<[ServiceName, number]> => {
          const samples = await sampleMemory(pipeline.services[name].pid, size.outageMs);
          console.info(`${name}: ${samples.map((bytes) => Math.round(bytes / 1_048_576)).join(' ')} MiB`);
          return [name, growth(samples)];
        }),
      );
      const during = await connectorStatus(pipeline, topic);
      away = false;
      await flow;
      // Enough came in the meantime to show in the memory of whoever would keep it.
      expect((source.made - offered) * recordBytes).toBeGreaterThan((size.outageMs * offeredBytesPerMs) / 2);
      expect(during.millrace.blocked_by).not.toEqual([]);
      expect(Object.fromEntries(grown.filter(([, by]) => by > growthMax))).toEqual({});
      expect(await kafka.group(groupId)).toEqual(before.members);

      await milvus.restart();
      await kafka.untilCommitted(groupId, topic, size.timeoutMs / 3);
      await the.reader.load(topic);
      expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
      expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
      expect(await groupGeneration(kafka, groupId)).toBe(before.generation);
      expect(await kafka.group(groupId)).toEqual(before.members);
      expect(pids()).toEqual(before.pids);
      const after = await connectorStatus(pipeline, topic);
      expect(after).toMatchObject({ connector: { state: 'RUNNING' }, millrace: { blocked_by: [] } });
    });
  });
}
