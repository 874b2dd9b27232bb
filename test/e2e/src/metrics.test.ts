import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isOfTables, metricTables, scrapedNames } from '@millrace/metrics';
import { dashboardQueries, freePort, type PrometheusServer, startPrometheus, temporaryFolder } from '@millrace/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { type Pipeline, serviceNames } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const topic = 'measured';

/** What a small load without a failure does not bring about: refusals of Milvus, problems, and streams that move. */
const rare = new Set([
  'millrace_connector_problem_seconds',
  'millrace_inserter_bisections_total',
  'millrace_inserter_drains_total',
  'millrace_inserter_refusals_total',
  'millrace_inserter_rejections_total',
  'millrace_inserter_retries_total',
  'millrace_lane_problem_seconds',
  'millrace_streams_ended_total',
  'millrace_validator_drains_total',
  'millrace_validator_lanes_refused_total',
]);

describe('the metrics of a small load, with a collector that is away', () => {
  const the = scene();
  const ends: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });
  const run = async () => {
    await the.kafka.createTopic(topic, 2);
    await the.createMixed(topic);
    const pipeline = await the.start({
      connectors: { measured: the.connector(topic, topic, { 'errors.tolerance': 'all' }) },
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
        OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_BSP_SCHEDULE_DELAY: '500',
      },
    });
    const folder = await temporaryFolder('prometheus');
    ends.push(() => folder.remove());
    const targets = Object.fromEntries(serviceNames.map((name) => [name, [new URL(pipeline.url(name)).host]]));
    const prometheus = await startPrometheus({ folder: join(folder.path, 'prometheus'), targets });
    ends.push(() => prometheus.stop());
    const source = new RecordSource({ seed: 9, partitions: 2, brokenShare: 0.05, repeatedShare: 0.2 });
    // A rate wants two scrapes, one second apart.
    for (let round = 0; round < 8; round++) {
      await the.kafka.send(topic, source.take(200));
      await delay(1_000);
    }
    await the.kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    return { pipeline, prometheus };
  };
  let running: ReturnType<typeof run> | undefined;
  const begun = () => {
    running ??= run();
    return running;
  };

  it('are data for every query of every dashboard, read by a real Prometheus', { timeout: 120_000 }, async () => {
    const { prometheus } = await begun();
    const queries = dashboardQueries('1m');
    const silent = () => withoutData(prometheus, queries);
    await until('every query has data', async () => (await silent()).length === 0, {
      timeoutMs: 20_000,
      found: silent,
    });
  });

  it('have the names and the values that the tables and the topic promise', { timeout: 120_000 }, async () => {
    const { pipeline, prometheus } = await begun();
    const names = new Set((await Promise.all(serviceNames.map((name) => seriesOf(pipeline, name)))).flat());
    expect([...names].filter((name) => !isOfTables(name))).toEqual([]);
    const all = [...metricTables.values()].flatMap((table) => Object.values(table).flatMap(scrapedNames));
    expect(all.filter((name) => !names.has(name) && !rare.has(name))).toEqual([]);

    const sum = async (expression: string) => Number((await prometheus.query(expression))[0]?.value[1]);
    await until('what was read is scraped', async () => (await sum('sum(millrace_records_read_total)')) === 1_600, {
      timeoutMs: 10_000,
      found: () => sum('sum(millrace_records_read_total)'),
    });
    const letters = (await the.kafka.readAll(`${topic}.dead-letters`)).length;
    expect(letters).toBeGreaterThan(0);
    expect(await sum('sum(millrace_records_dead_lettered_total)')).toBe(letters);
    expect(await sum('sum(millrace_records_rejected_total)')).toBe(letters);
    const ended = ['written', 'superseded', 'deleted', 'filtered', 'dead_lettered', 'released'];
    expect(await sum(ended.map((end) => `sum(millrace_records_${end}_total)`).join(' + '))).toBe(1_600);
    expect(await sum('kafka_connect_sink_task_metrics_sink_record_read_total')).toBe(1_600);
    expect(await sum('sum(millrace_lag_records)')).toBe(0);
    // Some of what was superseded was so in a write of its own batch, so rows are at most those records.
    expect(await sum('sum(millrace_inserter_rows_total)')).toBe(await sum('sum(millrace_records_written_total)'));
    expect(await sum('sum(millrace_freshness_seconds_count)')).toBeGreaterThan(0);
  });

  it('do not wait for the collector, and its absence is told once by each service', { timeout: 120_000 }, async () => {
    const { pipeline } = await begun();
    for (const name of serviceNames) {
      const lines = (await pipeline.log(name)).split('\n');
      const told = (event: string) => lines.filter((line) => line.includes(`"event":"${event}"`));
      expect(told('metrics_lost'), name).toHaveLength(1);
      // What OpenTelemetry says of spans that do not arrive, each complaint once.
      const complaints = told('telemetry').map((line): unknown => JSON.parse(line).msg);
      expect(complaints, name).toEqual([...new Set(complaints)]);
      expect(complaints, name).toContainEqual(expect.stringContaining('ECONNREFUSED'));
      expect(complaints.length, String(complaints)).toBeLessThanOrEqual(3);
    }
  });
});

async function withoutData(prometheus: PrometheusServer, queries: ReturnType<typeof dashboardQueries>) {
  const answers = await Promise.all(
    queries.map(async (query) => ({ ...query, series: await prometheus.query(query.expression) })),
  );
  return answers.filter(({ series }) => series.length === 0).map(({ panel, expression }) => `${panel}: ${expression}`);
}

/** Names of all series that a service is scraped for. */
async function seriesOf(pipeline: Pipeline, service: (typeof serviceNames)[number]): Promise<string[]> {
  const { status, text } = await pipeline.get(service, '/metrics');
  expect(status).toBe(200);
  return text
    .split('\n')
    .flatMap((line) => /^([a-z]\w*)[{ ]/.exec(line)?.[1] ?? [])
    .filter((name) => name !== 'target_info');
}
