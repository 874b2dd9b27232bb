import { type MilvusServer, startMilvus } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import {
  compareInserted,
  insertedFields,
  insertedMessages,
  insertedSources,
  reportedRanges,
} from '../harness/inserted-rows.ts';
import { KafkaClient } from '../harness/kafka-client.ts';
import { MilvusReader } from '../harness/milvus-client.ts';
import { ServicePairs } from '../harness/service-pairs.ts';
import { stopTimed, type TimedStop } from '../harness/timed-stop.ts';
import { until } from '../harness/until.ts';

const partitions = 4;
const stopMsMax = 10_000;
/** Sent before each restart, so that there is work in flight on both sides of it. */
const portion = 6_000;

/** Restarts the processes of two of each service in turn, cleanly, while records flow into a collection with autoID. */
export function restartInInsertMode(size: { readonly restarts: number; readonly timeoutMs: number }): void {
  describe(`${size.restarts} clean restarts under load in insert mode`, () => {
    const topic = `insert_restarts_${size.restarts}`;
    const kafka = new KafkaClient(inject('bootstrap'));
    let milvus: MilvusServer;
    let reader: MilvusReader;
    let pairs: ServicePairs | undefined;
    beforeAll(async () => {
      milvus = await startMilvus();
      reader = new MilvusReader(milvus.address);
    });
    afterAll(async () => {
      await pairs?.remove();
      await reader?.close();
      await milvus?.remove();
    });

    it('cost no row, no row twice, no dead letter and no error', { timeout: size.timeoutMs }, async () => {
      onTestFailed(() => console.error(pairs?.logEnds()));
      await kafka.createTopic(topic, partitions);
      await reader.createCollection(topic, insertedFields);
      const started = await ServicePairs.start({
        bootstrap: inject('bootstrap'),
        milvus: `http://${milvus.address}`,
        connector: {
          name: topic,
          'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
          topics: topic,
          'collection.name': topic,
          'fields.source': insertedSources,
          'errors.tolerance': 'all',
          'batch.records.max': '25',
        },
      });
      pairs = started;
      const stops: TimedStop[] = [];
      for (let turn = 0; turn < size.restarts; turn++) {
        const member = started.members[turn % started.members.length];
        if (!member) throw new Error('there are no processes');
        await kafka.send(topic, insertedMessages(portion, partitions));
        await until(`batches are in flight for ${member.label}`, () => started.batchesInFlight(member), {
          timeoutMs: 30_000,
          pollMs: 5,
        });
        const stop = await stopTimed(member.child, member.httpPort);
        expect([member.label, stop.exit]).toEqual([member.label, { code: 0, signal: null }]);
        stops.push(stop);
        await member.child.restart();
      }
      await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);

      const lines = await started.logLines();
      const errors = lines.filter(({ level }) => level === 'error' || level === 'fatal');
      // A stop may be over before it could be asked; stop-under-outage.test.ts has those that last.
      const notReady = stops.flatMap((stop) => stop.notReady ?? []);
      const times = stops.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      const { records, rows, missing, repeated } = await compareInserted(kafka, reader, { topic, collection: topic });
      console.info(
        `${stops.length} clean restarts, ${records} records, ${rows} rows, ${missing.length} missing, ` +
          `${repeated.length} repeated; SIGTERM to exit: median ${quantile(times, 0.5)} ms, p99 ${quantile(times, 0.99)} ms, ` +
          `longest ${times.at(-1)} ms; ${notReady.length} were seen not to be ready`,
      );
      expect(notReady.filter(({ status }) => status !== 503)).toEqual([]);
      expect(errors).toEqual([]);
      expect({ missing, repeated, rows: rows - records }).toEqual({ missing: [], repeated: [], rows: 0 });
      expect(reportedRanges(lines)).toEqual([]);
      expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
      expect(times.at(-1)).toBeLessThan(stopMsMax);
    });
  });
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
