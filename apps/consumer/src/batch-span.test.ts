import { FailureClass, NotAppliedReason, Result } from '@millrace/contracts';
import { createLogger, startTelemetry } from '@millrace/service';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { LaneScene } from '../test/lane-scene.ts';

const exporter = new InMemorySpanExporter();
// Set before the service's own telemetry, which then leaves it in place and adds propagation.
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
const telemetry = startTelemetry('consumer', {}, createLogger('consumer', 'silent'));
afterAll(() => telemetry.stop());
beforeEach(() => exporter.reset());

const full = {
  result: Result.NOT_APPLIED,
  reason: NotAppliedReason.BLOCKED,
  failure: {
    class: FailureClass.LATER,
    code: 'milvus.rate_limit',
    message: 'no',
    hint: '',
    milvusCode: 8,
    retryAfterMs: 0n,
  },
};

/** Two batches of two records each, sent. */
function sent(): LaneScene {
  const scene = new LaneScene();
  scene.fetch(4);
  scene.stream.opened();
  return scene;
}

const spans = () => exporter.getFinishedSpans();
const eventsOf = (index: number) => spans()[index]?.events.map(({ name, attributes }) => [name, attributes]);

test('a batch is found by topic, partition, offsets, group and collection', () => {
  const scene = sent();
  scene.stream.applied();
  expect(spans()[0]).toMatchObject({ name: 'process docs', kind: SpanKind.CONSUMER });
  expect(spans()[0]?.attributes).toEqual({
    'messaging.system': 'kafka',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'docs',
    'messaging.destination.partition.id': '3',
    'messaging.consumer.group.name': 'connect-test',
    'messaging.batch.message_count': 2,
    'db.collection.name': '',
    'millrace.connector': 'test',
    'millrace.offset.first': 0,
    'millrace.offset.last': 1,
    'millrace.rows.written': 2,
    'millrace.rows.superseded': 0,
    'millrace.rows.deleted': 0,
    'millrace.records.filtered': 0,
    'millrace.records.rejected': 0,
    'millrace.attempts': 1,
  });
});

test('what Milvus refuses, how long the lane waits for it, and the resend are events of every batch concerned', () => {
  const scene = sent();
  scene.stream.answer(full);
  scene.stream.answer({ result: Result.NOT_APPLIED, reason: NotAppliedReason.NOT_STARTED });
  scene.stream.end();
  scene.clock.advance(200);
  scene.stream.opened();
  scene.stream.applied();
  scene.stream.applied();
  const wait = {
    'millrace.reason': 'next_try',
    'millrace.wait_ms': expect.any(Number),
    'error.type': 'milvus.rate_limit',
  };
  expect(eventsOf(0)).toEqual([
    ['not_applied', { 'millrace.reason': 'blocked', 'error.type': 'milvus.rate_limit' }],
    ['wait', wait],
    ['resend', { 'millrace.attempt': 2 }],
  ]);
  expect(eventsOf(1)).toEqual([
    ['not_applied', { 'millrace.reason': 'not_started' }],
    ['wait', wait],
    ['resend', { 'millrace.attempt': 2 }],
  ]);
});

test('a lane that waits for its own writes says so', () => {
  const scene = sent();
  scene.stream.end('broken off');
  scene.lane.close();
  expect(eventsOf(0)?.[0]).toEqual([
    'wait',
    // Until both batches have expired, and the margin.
    { 'millrace.reason': 'own_writes', 'millrace.wait_ms': 12_000, 'error.type': expect.any(String) },
  ]);
  expect(eventsOf(0)?.at(-1)).toEqual(['released', undefined]);
});

test('batches that are on a stream when the server asks to go on elsewhere tell the rotation', () => {
  const scene = sent();
  scene.stream.drain();
  scene.stream.applied();
  expect(eventsOf(0)).toEqual([['rotation', { 'millrace.reason': 'test' }]]);
});

test('a batch with rejections has failed, with the first hundred by offset and the others counted', async () => {
  const scene = new LaneScene({ batchRecordsMax: 150 });
  scene.fetch(150);
  scene.stream.opened();
  scene.stream.applied(...Array.from({ length: 120 }, (_, offset) => offset));
  await scene.letters.take();
  expect(spans()[0]).toMatchObject({ status: { code: SpanStatusCode.ERROR } });
  expect(spans()[0]?.attributes).toMatchObject({ 'error.type': 'field.missing', 'millrace.records.rejected': 120 });
  const told = eventsOf(0) ?? [];
  expect(told.length).toBe(101);
  expect(told[99]).toEqual([
    'rejection',
    { 'messaging.kafka.offset': 99, 'millrace.error.code': 'field.missing', 'millrace.error.path': '$.id' },
  ]);
  expect(told[100]).toEqual(['more_rejections', { 'millrace.rejections': 20 }]);
});
