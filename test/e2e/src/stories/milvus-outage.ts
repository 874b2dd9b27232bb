import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { noDifferences } from '../harness/compare-rows.ts';
import { connectorCounts, connectorStatus } from '../harness/consumer-status.ts';
import { groupGeneration } from '../harness/group-generation.ts';
import { KafkaClient } from '../harness/kafka-client.ts';
import { growth, sampleMemory } from '../harness/memory-samples.ts';
import type { Outage, OutageServer } from '../harness/outage-servers.ts';
import { type Pipeline, type ServiceName, serviceNames, startPipeline } from '../harness/pipeline.ts';
import { showLogsOnFailure } from '../harness/scene.ts';
import { until } from '../harness/until.ts';
import { RecordSource } from '../reference/records.ts';

const partitions = 4;
const recordBytes = 5_000;
const portion = 400;
/** Offered while Milvus is away: 3 MB a second. */
const offeredBytesPerMs = 3_000;
/** Flat: nobody's peak of the outage's last third is more than this above the peak of its first third. */
const growthMax = 0.15;
const resumeMsMax = 10_000;
const mebibyte = 1_048_576;

/** Makes Milvus write nothing while records keep coming, ends that, and touches nothing else. */
export function milvusOutage(outage: Outage, size: { readonly outageMs: number; readonly timeoutMs: number }): void {
  describe(`Milvus ${outage.title} for ${size.outageMs / 1000} s`, () => {
    const topic = `outage_${outage.title.replace(/\W+/g, '_')}`;
    const groupId = `connect-${topic}`;
    const kafka = new KafkaClient(inject('bootstrap'));
    const source = new RecordSource({
      seed: 5,
      partitions,
      repeatedShare: 0.2,
      keysMax: 20_000,
      padBytes: 4_500,
      edgeKeys: !outage.losesGreatestKey,
    });
    let milvus: OutageServer;
    let pipeline: Pipeline;

    beforeAll(async () => {
      await kafka.createTopic(topic, partitions);
      milvus = await outage.start(topic);
      const connector = {
        name: topic,
        'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
        topics: topic,
        'collection.name': topic,
        'public.endpoint': `http://${milvus.address}`,
        'errors.tolerance': 'all',
        'consumer.override.session.timeout.ms': '6000',
        'consumer.override.heartbeat.interval.ms': '1000',
        'window.bytes.max': '2097152',
        'lane.buffer.bytes.max': '2097152',
        // What a lane may be late by, once Milvus writes again.
        'retry.backoff.max.ms': '5000',
        ...outage.keys,
      };
      pipeline = await startPipeline({ bootstrap: inject('bootstrap'), connectors: { outage: connector } });
    });
    afterAll(async () => {
      await pipeline?.stop();
      await milvus?.remove();
    });

    const pids = () => serviceNames.map((name) => pipeline.services[name].pid);
    const blockedClass = async (): Promise<string | undefined> => {
      const { lanes } = (await connectorStatus(pipeline, topic)).millrace;
      return lanes.map(({ problem }) => problem?.milvusClass).find((name) => name !== undefined);
    };

    /** Keeps records coming at their rate until told to stop. */
    function offer() {
      const [begin, madeBefore] = [performance.now(), source.made];
      let offering = true;
      const bytes = () => (source.made - madeBefore) * recordBytes;
      const isDue = () => bytes() < (performance.now() - begin) * offeredBytesPerMs;
      const flow = (async () => {
        while (offering) {
          await kafka.send(topic, source.take(portion));
          await until('the next portion is due', async () => !offering || isDue(), { timeoutMs: 30_000 });
        }
      })();
      // Whoever stops it learns of a failure.
      flow.catch(() => {});
      const stop = async (): Promise<number> => {
        offering = false;
        await flow;
        return bytes();
      };
      return { stop };
    }

    it('is waited out with flat memory and the same group, and then everything arrives', {
      timeout: size.timeoutMs,
    }, async () => {
      showLogsOnFailure(() => pipeline);
      await kafka.send(topic, source.take(4 * portion));
      await kafka.untilCommitted(groupId, topic, 30_000);
      const members = await kafka.group(groupId);
      const before = { pids: pids(), members, generation: await groupGeneration(kafka, groupId) };
      expect(before.members).toMatchObject({ state: 'Stable', memberIds: [expect.any(String)] });

      await milvus.begin();
      const beganMs = Date.now();
      const offered = offer();
      const name = await until('the status says which class blocks', blockedClass, { timeoutMs: 30_000 });
      expect(outage.classes).toContain(name);
      const grown = await Promise.all(
        serviceNames.map(async (service): Promise<[ServiceName, number]> => {
          const samples = await sampleMemory(pipeline.services[service].pid, size.outageMs);
          console.info(`${service}: ${memoryLine(samples)}`);
          return [service, growth(samples)];
        }),
      );
      const during = await connectorStatus(pipeline, topic);
      // Enough came in the meantime to show in the memory of whoever would keep it.
      expect(await offered.stop()).toBeGreaterThan((size.outageMs * offeredBytesPerMs) / 2);
      expect(Object.fromEntries(grown.filter(([, by]) => by > growthMax))).toEqual({});
      expect(await kafka.group(groupId)).toEqual(before.members);
      const problems = during.millrace.lanes.map(({ problem }) => problem);
      expect(problems).toHaveLength(partitions);
      for (const problem of problems) {
        expect(problem).toMatchObject({ endsBy: 'itself', retrying: true });
        expect(outage.classes).toContain(problem?.milvusClass);
        // Blocked since the first batch that met it, however many probes it has met since.
        expect(Date.parse(problem?.since ?? '') - beganMs).toBeLessThan(15_000);
      }

      const { written } = await connectorCounts(pipeline, topic);
      await milvus.end();
      const ended = performance.now();
      const resumes = async () => (await connectorCounts(pipeline, topic)).written > written;
      await until('records are written again', resumes, { timeoutMs: 60_000 });
      const resumedMs = Math.round(performance.now() - ended);
      console.info(`${source.made} records; written again after ${resumedMs} ms`);
      await kafka.untilCommitted(groupId, topic, size.timeoutMs / 3);
      console.info(`all committed ${Math.round((performance.now() - ended) / 1000)} s after the end`);

      expect(await milvus.differences(source.rows)).toEqual(noDifferences);
      expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
      expect(await groupGeneration(kafka, groupId)).toBe(before.generation);
      expect(await kafka.group(groupId)).toEqual(before.members);
      expect(pids()).toEqual(before.pids);
      const after = await connectorStatus(pipeline, topic);
      expect(after).toMatchObject({ connector: { state: 'RUNNING' }, millrace: { blocked_by: [] } });
      expect(resumedMs).toBeLessThan(resumeMsMax);
    });
  });
}

/** The peak of every twelfth of the time, and by how much it has grown. */
function memoryLine(samples: readonly number[]): string {
  const size = Math.ceil(samples.length / 12);
  const peaks = Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    Math.round(Math.max(...samples.slice(index * size, (index + 1) * size)) / mebibyte),
  );
  return `${peaks.join(' ')} MiB, grown by ${(100 * growth(samples)).toFixed(1)} %`;
}
