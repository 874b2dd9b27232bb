import { type AddressInfo, createServer } from 'node:net';
import { type KafkaServer, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRows, noDifferences } from './harness/compare-rows.ts';
import { unansweredBatches } from './harness/consumer-status.ts';
import { KafkaClient } from './harness/kafka-client.ts';
import { type Pipeline, serviceNames } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { stopTimed } from './harness/timed-stop.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const topic = 'outage_stop';
const groupId = `connect-${topic}`;
const stopMsMax = 10_000;

describe('SIGTERM while what a service depends on is away', () => {
  const the = scene();
  const source = new RecordSource({ seed: 11, partitions: 4 });
  let server: KafkaServer;
  let kafka: KafkaClient;
  let pipeline: Pipeline;
  /** Takes spans and never answers, so that each stop has to give them up as well. */
  const collector = createServer(() => {});
  beforeAll(async () => {
    server = await startKafka();
    kafka = new KafkaClient(server.bootstrap);
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    collector.close();
    await server?.remove();
  });

  it('starts to work', { timeout: 60_000 }, async () => {
    await kafka.createTopic(topic, 4);
    await the.createMixed(topic);
    const keys = {
      'batch.records.max': '200',
      'errors.tolerance': 'all',
      // Who could not say goodbye is missed soon.
      'consumer.override.session.timeout.ms': '6000',
      'consumer.override.heartbeat.interval.ms': '1000',
    };
    const { port } = collector.address() as AddressInfo;
    pipeline = await the.start({
      bootstrap: server.bootstrap,
      connectors: { stop: the.connector(topic, topic, keys) },
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    });
  });

  const signal = async (name: NodeJS.Signals, ...pids: number[]) => {
    for (const pid of pids) process.kill(pid, name);
  };
  const silent = [
    'Milvus is silent',
    () => signal('SIGSTOP', the.milvus.pid),
    () => signal('SIGCONT', the.milvus.pid),
  ] as const;
  const away = ['Kafka is away', () => server.kill(), () => server.restart()] as const;
  const bothSilent = [
    'Milvus is silent and Kafka too',
    () => signal('SIGSTOP', the.milvus.pid, server.pid),
    () => signal('SIGCONT', the.milvus.pid, server.pid),
  ] as const;
  const cases = [
    ...serviceNames.map((service) => [service, ...silent] as const),
    // The others do not talk to Kafka.
    ['consumer', ...away],
    ['consumer', ...bothSilent],
  ] as const;

  it.each(cases)(
    'ends the %s with 0 within 10 s, not ready before anything stops: %s',
    {
      timeout: 150_000,
    },
    async (service, what, begin, end) => {
      await kafka.send(topic, source.take(8_000));
      await until('batches are in flight', () => unansweredBatches(pipeline, topic).then((batches) => batches > 0), {
        timeoutMs: 60_000,
        pollMs: 5,
      });
      await begin();
      const stop = await stopTimed(pipeline.services[service], pipeline.httpPort(service)).finally(end);
      console.info(`${service}, ${what}: not ready after ${stop.notReady?.afterMs} ms, ended after ${stop.tookMs} ms`);
      expect(stop.exit).toEqual({ code: 0, signal: null });
      expect(stop.tookMs).toBeLessThan(stopMsMax);
      if (what.startsWith('Milvus is silent')) {
        expect(stop.notReady).toMatchObject({ status: 503, reason: expect.stringContaining('stopping') });
        // At that time what it had begun was still under way.
        expect(openWork[service](JSON.parse(stop.statusThen ?? '{}'))).toBeGreaterThan(0);
      }
      await pipeline.services[service].restart();
      await kafka.untilCommitted(groupId, topic, 90_000);
    },
  );

  it('lost nothing, and called nothing an error', { timeout: 60_000 }, async () => {
    expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
    expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
    const logs = await Promise.all(serviceNames.map((service) => pipeline.log(service)));
    expect(logs.flatMap((log) => log.split('\n')).filter((line) => /^\{"level":"(error|fatal)"/.test(line))).toEqual(
      [],
    );
  });
});

/** What a service has open, by its `/status`. */
const openWork = {
  inserter: ({ streams }: { streams?: number }) => streams ?? 0,
  'schema-validator': ({ lanes }: { lanes?: { open: number } }) => lanes?.open ?? 0,
  consumer: (status: { connectors?: readonly { millrace: { lanes: readonly { unansweredBatches: number }[] } }[] }) =>
    (status.connectors ?? [])
      .flatMap(({ millrace }) => millrace.lanes)
      .reduce((sum, lane) => sum + lane.unansweredBatches, 0),
};
