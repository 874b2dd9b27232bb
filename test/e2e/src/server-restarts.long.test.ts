import { canRunMilvus, type KafkaServer, type MilvusServer, startKafka, startMilvus } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { check, violationKinds } from './chaos/checker.ts';
import { readLog, readRows } from './chaos/final-state.ts';
import { flowName, groupId } from './chaos/fleet.ts';
import { fieldSources, fields, Upserts } from './chaos/upserts.ts';
import { connectorCounts, unansweredBatches } from './harness/consumer-status.ts';
import { KafkaClient } from './harness/kafka-client.ts';
import { MilvusReader } from './harness/milvus-client.ts';
import { type Pipeline, serviceNames, startPipeline } from './harness/pipeline.ts';
import { showLogsOnFailure } from './harness/scene.ts';
import { until } from './harness/until.ts';

const restarts = 10;
const partitions = 4;
const portion = 4_000;
/** From when the server answers again until everything is committed. */
const recoveryMsMax = 60_000;

/** With sessions, timeouts and windows as they are by default. */
describe.runIf(canRunMilvus)(`${restarts} restarts under load`, () => {
  let kafka: KafkaServer;
  let milvus: MilvusServer;
  let pipeline: Pipeline | undefined;
  beforeEach(async () => {
    kafka = await startKafka();
    milvus = await startMilvus();
  });
  afterEach(async () => {
    await pipeline?.stop();
    await Promise.all([milvus?.remove(), kafka?.remove()]);
  });

  it.each([
    ['of the broker', () => kafka.restart()],
    [
      'of Milvus',
      async () => {
        await milvus.kill();
        await milvus.restart();
      },
    ],
  ])(
    '%s leave no lag behind for longer than a minute, no process that hangs or ends, and no row wrong',
    {
      timeout: 1_500_000,
    },
    async (_, restart) => {
      showLogsOnFailure(() => pipeline);
      const client = new KafkaClient(kafka.bootstrap);
      await client.createTopic(flowName, partitions);
      const reader = new MilvusReader(milvus.address);
      await reader.createCollection(flowName, fields);
      await reader.close();
      const keys = { name: flowName, topics: flowName, 'collection.name': flowName, 'fields.source': fieldSources };
      const services = await startPipeline({
        bootstrap: kafka.bootstrap,
        milvus: `http://${milvus.address}`,
        connectors: { [flowName]: { ...keys, 'errors.tolerance': 'all' } },
      });
      pipeline = services;
      const pids = () => serviceNames.map((name) => services.services[name].pid);
      const before = pids();
      const upserts = new Upserts({ seed: 8, updates: 20, partitions });
      const recoveries: number[] = [];
      for (let index = 0; index < restarts; index++) {
        await client.send(flowName, upserts.take(portion));
        await until('work is in flight', async () => (await unansweredBatches(services, flowName)) > 0, {
          timeoutMs: recoveryMsMax,
        });
        await restart();
        const answersMs = performance.now();
        await client.send(flowName, upserts.take(portion));
        await client.untilCommitted(groupId, flowName, recoveryMsMax);
        recoveries.push(performance.now() - answersMs);
      }
      console.info(`lag 0 after ${recoveries.map((ms) => (ms / 1_000).toFixed(1)).join(', ')} s`);
      expect(Math.max(...recoveries)).toBeLessThan(recoveryMsMax);
      expect(pids()).toEqual(before);
      for (const name of serviceNames) expect((await services.get(name, '/readyz')).status).toBe(200);

      const { read, ...ends } = await connectorCounts(services, flowName);
      const log = await readLog(client);
      const committed = Array.from(await client.committed(groupId, flowName), ([, offset]) => Number(offset));
      const verdict = check(
        { partitions, acknowledged: upserts.made, log, faults: [], progress: [] },
        {
          ...(await readRows(milvus.address, upserts.keys)),
          committed,
          deadLetters: [],
          counts: [{ process: 'consumer', read, ends }],
        },
      );
      expect(verdict.violations).toEqual([]);
      expect(violationKinds.filter((kind) => verdict.counts[kind] > 0)).toEqual([]);
    },
  );
});
