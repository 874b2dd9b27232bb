import { FieldType } from '@millrace/contracts';
import { createLogger, startTelemetry } from '@millrace/service';
import { decodeRowsWithSdk, type FakeMilvus, startFakeMilvus } from '@millrace/testing';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import { InsertClient } from './testing/insert-stream.ts';
import { openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

const exporter = new InMemorySpanExporter();
// Set before the service's own telemetry, which then leaves it in place and adds propagation.
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
const telemetry = startTelemetry('inserter', {}, createLogger('inserter', 'silent'));
const letGo = Promise.withResolvers<void>();
const arrived = Promise.withResolvers<void>();
const traceparent = (digit: number) => `00-${String(digit).repeat(32)}-${String(digit).repeat(16)}-01`;

let fake: FakeMilvus;
let inserter: Inserter;
let client: InsertClient;

beforeAll(async () => {
  fake = await startFakeMilvus({
    collections: [{ name: 'things', fields: [{ name: 'id', type: DataType.Int64, isPrimaryKey: true }] }],
    script: async ({ number, bytes }) => {
      arrived.resolve();
      await letGo.promise;
      if (number === 2) return { kind: 'refuse', status: { code: 8 } };
      return decodeRowsWithSdk(bytes).length > 1 ? { kind: 'refuse', status: { code: 1100 } } : { kind: 'apply' };
    },
  });
  inserter = await startTestInserter({ MILVUS_ENDPOINT: fake.address });
  client = new InsertClient(inserter.grpcPort);
});
afterAll(async () => {
  client.close();
  await inserter.stop();
  await fake.stop();
  await telemetry.stop();
});

test('a merged write is a child of its first batch and links to the others, whose traces name it', async () => {
  const session = await openLane(client, { target: { collection: 'things' } }, [{ name: 'id', type: FieldType.INT64 }]);
  session.send([{ id: 1n }], { traceparent: traceparent(1) });
  await arrived.promise;
  session.send([{ id: 2n }], { traceparent: traceparent(2) });
  session.send([{ id: 3n }], { traceparent: traceparent(3) });
  letGo.resolve();
  await session.finish();

  const spans = exporter.getFinishedSpans();
  const ofTrace = (digit: number) => spans.filter((span) => span.spanContext().traceId === String(digit).repeat(32));
  expect([1, 2, 3].map((digit) => ofTrace(digit).length)).toEqual([1, 1, 1]);
  for (const digit of [1, 2, 3]) {
    const [span] = ofTrace(digit);
    expect(span).toMatchObject({
      name: 'upsert things',
      kind: SpanKind.CLIENT,
      parentSpanContext: { spanId: String(digit).repeat(16) },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(span?.attributes).toMatchObject({
      'db.system.name': 'milvus',
      'db.namespace': 'default',
      'db.collection.name': 'things',
      'db.operation.name': 'upsert',
      'server.address': '127.0.0.1',
      'millrace.stripe': 0,
      'millrace.queued_ms': expect.any(Number),
    });
  }
  const [shared] = ofTrace(2);
  const [named] = ofTrace(3);
  expect(shared?.links.map(({ context }) => context.spanId)).toEqual(['3'.repeat(16)]);
  expect(named?.links.map(({ context }) => context.spanId)).toEqual([shared?.spanContext().spanId]);
  expect(shared?.attributes['db.operation.batch.size']).toBe(2);
  const ranges = [shared, named].map((span) =>
    ['first', 'last'].map((end) => span?.attributes[`millrace.offset.${end}`]),
  );
  // The write covers both batches; the share of the other names its own.
  expect(ranges).toEqual([
    [101, 102],
    [102, 102],
  ]);
  expect(shared?.events.map(({ name }) => name)).toEqual(['retry', 'bisect']);

  const carried = fake.writes.map(({ metadata }) => metadata.traceparent?.split('-')[2]);
  const [first] = ofTrace(1);
  expect(carried).toEqual([first, shared, shared, shared, shared].map((span) => span?.spanContext().spanId));
  expect(trace.getActiveSpan()).toBeUndefined();
});

test('the same writes are counted: calls by their end, refusals by class and code, retries, rows and batches', async () => {
  const answer = await telemetry.metricsRoute('/metrics', new URLSearchParams());
  const lines = String(answer?.body).split('\n');
  const of = (name: string) => lines.filter((line) => line.startsWith(`millrace_inserter_${name}`));
  const things = 'db_collection_name="things"';
  // The second call is told "later", the third has a bad row by its count; two of one row each follow.
  expect(of('refusals_total')).toEqual([
    'millrace_inserter_refusals_total{class="later",code="milvus.busy",db_response_status_code="8"} 1',
    'millrace_inserter_refusals_total{class="data",code="milvus.row_refused",db_response_status_code="1100"} 1',
  ]);
  expect(of('retries_total')).toEqual([`millrace_inserter_retries_total{${things},code="milvus.busy"} 1`]);
  expect(of('bisections_total')).toEqual([`millrace_inserter_bisections_total{${things}} 1`]);
  expect(of('rows_total')).toEqual([`millrace_inserter_rows_total{${things},db_operation_name="upsert"} 3`]);
  expect(of('batches_total')).toEqual([`millrace_inserter_batches_total{${things}} 3`]);
  expect(of('write_duration_seconds_count')).toEqual([`millrace_inserter_write_duration_seconds_count{${things}} 2`]);
  const calls = lines.filter((line) => line.startsWith('db_client_operation_duration_seconds_count'));
  expect(calls.map((line) => line.split(' ').at(-1))).toEqual(['3', '1', '1']);
});
