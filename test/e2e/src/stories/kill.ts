import { describe, expect, it } from 'vitest';
import { compareRows, noDifferences } from '../harness/compare-rows.ts';
import { connectorStatus, unansweredBatches } from '../harness/consumer-status.ts';
import { Feeder } from '../harness/feeder.ts';
import { serviceNames } from '../harness/pipeline.ts';
import { scene } from '../harness/scene.ts';
import { until } from '../harness/until.ts';
import { RecordSource } from '../reference/records.ts';

const partitions = 4;
const killTimeoutMs = 60_000;

/** Kills each service in turn while batches are in flight, as often as told, and then compares every row. */
export function killEachService(size: { readonly times: number; readonly timeoutMs: number }): void {
  describe(`kill -9 of each service, ${size.times} times with batches in flight`, () => {
    const the = scene();
    const topic = 'kill';
    const source = new RecordSource({ seed: 4, partitions, repeatedShare: 0.5, keysMax: 1_500 });

    it('loses no record and leaves no old row', { timeout: size.timeoutMs }, async () => {
      const { kafka } = the;
      await kafka.createTopic(topic, partitions);
      await the.createMixed(topic);
      const pipeline = await the.start({
        connectors: {
          // Small batches, so that some are always in flight; short lives, so that what is unclear is soon waited out.
          kill: the.connector(topic, topic, {
            'consumer.override.session.timeout.ms': '6000',
            'consumer.override.heartbeat.interval.ms': '1000',
            'batch.records.max': '200',
            'write.timeout.ms': '2000',
            'commit.interval.ms': '200',
          }),
        },
      });
      const groupId = `connect-${topic}`;
      const feeder = new Feeder(kafka, source, { topic, groupId, backlog: 8_000, portion: 4_000 });

      const committed = async () => {
        const offsets = [...(await kafka.committed(groupId, topic)).values()];
        return offsets.reduce((sum, offset) => sum + Number(offset), 0);
      };
      const inFlight: number[] = [];
      let committedAtKill = 0;
      for (let round = 0; round < size.times; round++) {
        for (const name of serviceNames) {
          const batches = await until(
            `work goes on and batches are in flight before the kill of ${name} in round ${round}`,
            async () => (await committed()) > committedAtKill && (await unansweredBatches(pipeline, topic)),
            { timeoutMs: killTimeoutMs, found: () => connectorStatus(pipeline, topic) },
          );
          expect(await pipeline.services[name].kill()).toEqual({ code: null, signal: 'SIGKILL' });
          inFlight.push(batches);
          committedAtKill = await committed();
          await pipeline.services[name].restart();
        }
      }
      await feeder.stop();
      await kafka.untilCommitted(groupId, topic, killTimeoutMs);

      expect(inFlight).toHaveLength(size.times * serviceNames.length);
      expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
      expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
      console.info(`${inFlight.length} kills with ${inFlight.join(', ')} batches in flight; ${source.made} records`);
    });
  });
}
