import type { Rejection } from '@millrace/contracts';
import type { KafkaRecord, LanePlace } from '@millrace/lanes';
import { extractTrace } from '@millrace/service';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { producerContexts } from './producer-contexts.ts';

const tracer = trace.getTracer('millrace.consumer');

/** Rejections that a span tells one by one; the SDK keeps 128 events and drops the oldest for more. */
const toldRejectionsMax = 100;

/**
 * Begins the trace of a batch, as OpenTelemetry's conventions for Kafka name things: a child of the one producer's span
 * that all its records share, else linked to all. Offsets are those of its first and its last record.
 */
export function startBatchSpan(
  { connector, groupId }: { readonly connector: string; readonly groupId: string },
  at: LanePlace,
  records: readonly KafkaRecord[],
): Span {
  const { parent, links, omitted } = producerContexts(records);
  return tracer.startSpan(
    `process ${at.topic}`,
    {
      kind: SpanKind.CONSUMER,
      links: [...links],
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': at.topic,
        'messaging.destination.partition.id': String(at.partition),
        'messaging.consumer.group.name': groupId,
        'messaging.batch.message_count': records.length,
        'db.collection.name': at.collection,
        'millrace.connector': connector,
        'millrace.offset.first': Number(records[0]?.offset ?? 0n),
        'millrace.offset.last': Number(records.at(-1)?.offset ?? 0n),
        ...(omitted > 0 ? { 'millrace.links.omitted': omitted } : {}),
      },
    },
    parent ? extractTrace(parent) : ROOT_CONTEXT,
  );
}

/** Makes the batch findable as one with rejections: by offset and code of each, and as failed by the code of the first. */
export function tellRejections(span: Span, rejections: readonly Rejection[]): void {
  const [first] = rejections;
  if (!first) return;
  for (const { offset, violations } of rejections.slice(0, toldRejectionsMax)) {
    const { code = '', path = '' } = violations[0] ?? {};
    span.addEvent('rejection', {
      'messaging.kafka.offset': Number(offset),
      'millrace.error.code': code,
      'millrace.error.path': path,
    });
  }
  const untold = rejections.length - toldRejectionsMax;
  if (untold > 0) span.addEvent('more_rejections', { 'millrace.rejections': untold });
  span.setAttribute('error.type', first.violations[0]?.code ?? 'rejected');
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'records were rejected' });
}
