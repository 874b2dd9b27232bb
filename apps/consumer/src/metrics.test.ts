import { FailureClass, NotAppliedReason, Result } from '@millrace/contracts';
import { createLogger, startTelemetry } from '@millrace/service';
import { afterAll, expect, test } from 'vitest';
import { connectorConfig } from '../test/connector-config.ts';
import { LaneScene } from '../test/lane-scene.ts';
import { observeConsumer } from './metrics.ts';
import { Totals } from './totals.ts';

const telemetry = startTelemetry(
  'consumer',
  { OTEL_NODE_RESOURCE_DETECTORS: 'none' },
  createLogger('consumer', 'silent'),
);
afterAll(() => telemetry.stop());

const scene = new LaneScene();
const lanes = [scene.lane];
observeConsumer(
  [
    {
      config: connectorConfig('test', ['docs']),
      lanes,
      counters: scene.counters,
      duplicates: scene.duplicates,
      totals: new Totals(),
      problem: undefined,
      isJoined: true,
      bottleneck: { is: 'milvus', why: '' },
    },
  ],
  () => scene.clock.now(),
);

/** Values by series, of the metrics that begin so. */
async function scrape(beginning: string): Promise<Record<string, number>> {
  const answer = await telemetry.metricsRoute('/metrics', new URLSearchParams());
  const lines = String(answer?.body).split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, series = '', value] = /^(\w[^ ]*(?:"[^"]*"[^ ]*)*) (\S+)$/.exec(line) ?? [];
      return series.startsWith(beginning) ? [[series, Number(value)]] : [];
    }),
  );
}

const lane = 'connector="test",topic="docs",partition="3"';

test('a lane tells how far it is behind, in records and in time, and how full its window is', async () => {
  scene.fetch(6);
  scene.stream.opened();
  scene.clock.advance(4_000);
  expect(await scrape('millrace_lag')).toEqual({
    [`millrace_lag_records{${lane}}`]: 6,
    [`millrace_lag_time_seconds{${lane}}`]: 4,
  });
  expect(await scrape('millrace_window_batches')).toEqual({
    [`millrace_window_batches{${lane}}`]: 2,
    [`millrace_window_batches_max{${lane}}`]: 2,
  });
  expect(await scrape('millrace_lanes')).toEqual({ 'millrace_lanes{connector="test",phase="streaming"}': 1 });
  expect(await scrape('millrace_bottleneck')).toEqual({ 'millrace_bottleneck{connector="test",is="milvus"}': 1 });
});

test('records are counted by their end, rejections by code, batches by their outcome', async () => {
  scene.stream.applied(1);
  await scene.letters.take();
  expect(await scrape('millrace_records_rejected')).toEqual({
    'millrace_records_rejected_total{connector="test",code="field.missing"}': 1,
  });
  expect(await scrape('millrace_records_dead_lettered')).toEqual({
    'millrace_records_dead_lettered_total{connector="test"}': 1,
  });
  expect(await scrape('millrace_records_written')).toEqual({ 'millrace_records_written_total{connector="test"}': 1 });
  expect(await scrape('millrace_batches_answered')).toEqual({
    'millrace_batches_answered_total{connector="test",result="applied",reason=""}': 1,
  });
  expect(await scrape('millrace_freshness_seconds_sum')).toEqual({
    'millrace_freshness_seconds_sum{connector="test",topic="docs"}': 4,
  });
  expect(await scrape('kafka_connect_sink_task_metrics_sink_record_active_count')).toEqual({
    'kafka_connect_sink_task_metrics_sink_record_active_count{connector="test",task="0"}': 4,
  });
});

test('a problem is told while there is one, with what ends it; then no more', async () => {
  const failure = {
    class: FailureClass.LATER,
    code: 'milvus.quota',
    message: 'full',
    hint: '',
    milvusCode: 9,
    retryAfterMs: 0n,
  };
  scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, failure });
  scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
  scene.stream.end();
  scene.clock.advance(90);
  expect(await scrape('millrace_lane_problem')).toEqual({
    [`millrace_lane_problem_seconds{${lane},code="milvus.quota",ends_by="itself"}`]: 0.09,
  });
  expect(await scrape('millrace_streams_ended')).toEqual({
    'millrace_streams_ended_total{connector="test",why="failed"}': 1,
  });
  scene.clock.advance(1_000);
  scene.stream.opened();
  scene.stream.applied();
  expect(await scrape('millrace_lane_problem')).toEqual({});
  expect(await scrape('millrace_batches_sent')).toMatchObject({
    'millrace_batches_sent_total{connector="test",try="again"}': 2,
  });
});

test('a partition that went to another consumer is told of no more', async () => {
  expect(Object.keys(await scrape('millrace_lag_records'))).toHaveLength(1);
  lanes.pop();
  expect(await scrape('millrace_lag_records')).toEqual({});
});
