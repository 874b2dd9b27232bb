import { NotAppliedReason, OpenLane, Outcome, Result } from '@millrace/contracts';
import { createLogger, startTelemetry } from '@millrace/service';
import { FakeInserter } from '@millrace/testing';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, expect, test } from 'vitest';
import { Events } from './events.ts';
import { books, goodBook } from './testing/collections.ts';
import { LaneClient } from './testing/lane-client.ts';
import { recordBatch } from './testing/record-batches.ts';
import { startValidator } from './testing/running-validator.ts';

const spans = new InMemorySpanExporter();
// Set before the service's own telemetry, which then leaves it in place and adds propagation.
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
const telemetry = startTelemetry('schema-validator', {}, createLogger('schema-validator', 'silent'));
afterAll(() => telemetry.stop());

const parent = (digit: string) => ({ traceId: digit.repeat(32), spanId: digit.repeat(16) });
const traceparent = ({ traceId, spanId }: ReturnType<typeof parent>) => `00-${traceId}-${spanId}-01`;

test('each batch has one span below its own parent, which its rows carry on and which names rejections without values', async () => {
  const inserter = new FakeInserter();
  inserter.collections.set('books', books);
  inserter.answer = ({ sequence, rowCount }) =>
    sequence === 1n
      ? { result: Result.APPLIED, writtenRows: rowCount }
      : { result: Result.NOT_APPLIED, reason: NotAppliedReason.EXPIRED };
  const validator = await startValidator(await inserter.start());
  const lane = new LaneClient(validator.grpcPort);
  lane.open();
  await lane.first();
  lane.send([goodBook(1), '{"id":"hidden"}', goodBook(2)], { traceparent: traceparent(parent('a')), firstOffset: 70n });
  lane.send([goodBook(3)], { traceparent: traceparent(parent('b')) });
  await lane.answered(2);
  lane.close();
  await validator.stop();
  inserter.stop();

  const [first, second] = spans.getFinishedSpans();
  expect(first).toMatchObject({ name: 'validate books', kind: SpanKind.INTERNAL, parentSpanContext: parent('a') });
  expect(first?.spanContext().traceId).toBe(parent('a').traceId);
  expect(first?.attributes).toMatchObject({
    'messaging.destination.name': 'books',
    'messaging.destination.partition.id': '3',
    'messaging.batch.message_count': 3,
    'db.collection.name': 'books',
    'millrace.offset.first': 70,
    'millrace.offset.last': 72,
    'millrace.attempt': 1,
    'millrace.result': 'APPLIED',
  });
  expect(first?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['begun', undefined],
    [
      'checked',
      {
        'millrace.rows': 2,
        'millrace.deletes': 0,
        'millrace.filtered': 0,
        'millrace.rejections': 1,
        'millrace.parts': 1,
      },
    ],
    [
      'rejection',
      {
        'messaging.kafka.offset': 71,
        'millrace.error.code': 'V012',
        'millrace.error.path': '$.id',
        'millrace.violations': 3,
      },
    ],
  ]);
  expect(JSON.stringify([first?.attributes, first?.events])).not.toMatch(/hidden|secret/);
  expect(second).toMatchObject({ parentSpanContext: parent('b'), status: { code: SpanStatusCode.ERROR } });
  expect(second?.attributes).toMatchObject({ 'millrace.result': 'NOT_APPLIED', 'millrace.reason': 'EXPIRED' });
  const carried = inserter.streams[0]?.batches.map((batch) => batch.traceparent);
  expect(carried).toEqual(spans.getFinishedSpans().map((span) => traceparent(span.spanContext())));
});

test('a batch that is under way when its lane is asked to move on tells why', () => {
  spans.reset();
  const lane = new Events(createLogger('test', 'silent')).lane(OpenLane.fromPartial({ topic: 'books' }));
  const [answered, waiting] = [lane.batchAccepted(recordBatch([{}])), lane.batchAccepted(recordBatch([{}]))];
  const applied = Outcome.fromPartial({ result: Result.APPLIED });
  lane.batchAnswered(answered, applied);
  lane.drained('inserters have come');
  lane.batchAnswered(waiting, applied);
  expect(
    spans.getFinishedSpans().map(({ events }) => events.map(({ name, attributes }) => [name, attributes])),
  ).toEqual([[], [['rotation', { 'millrace.reason': 'inserters have come' }]]]);
});
