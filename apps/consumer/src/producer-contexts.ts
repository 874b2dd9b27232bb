import type { KafkaRecord, RecordHeaders } from '@millrace/lanes';
import { extractTrace, type TraceCarrier } from '@millrace/service';
import { type Link, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';

/** Most links of one span. */
const linksMax = 128;

export interface ProducerContexts {
  /** The one context that all sampled records of the batch share, as it came. */
  readonly parent: TraceCarrier | undefined;
  readonly links: readonly Link[];
  /** Contexts beyond the ones linked. */
  readonly omitted: number;
}

/** The trace contexts that producers left in the records' headers, each once, sampled ones first. */
export function producerContexts(records: readonly KafkaRecord[]): ProducerContexts {
  const found = new Map<string, { carrier: TraceCarrier; spanContext: SpanContext; record: KafkaRecord }>();
  for (const record of records) {
    const carrier = carrierOf(record.headers);
    if (!carrier || found.has(carrier.traceparent)) continue;
    const spanContext = trace.getSpanContext(extractTrace(carrier));
    if (spanContext) found.set(carrier.traceparent, { carrier, spanContext, record });
  }
  const all = [...found.values()];
  const sampled = all.filter(({ spanContext }) => (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0);
  if (sampled.length === 1) return { parent: sampled[0]?.carrier, links: [], omitted: 0 };
  const ordered = [...sampled, ...all.filter((entry) => !sampled.includes(entry))];
  const links = ordered.slice(0, linksMax).map(({ spanContext, record }) => ({
    context: spanContext,
    attributes: { 'messaging.kafka.offset': Number(record.offset) },
  }));
  return { parent: undefined, links, omitted: ordered.length - links.length };
}

function carrierOf(headers: RecordHeaders): TraceCarrier | undefined {
  if (headers.length === 0) return undefined;
  const traceparent = textOf(headers, 'traceparent');
  return traceparent ? { traceparent, tracestate: textOf(headers, 'tracestate') } : undefined;
}

/** The first of the name: a producer's own stands before what others append. */
function textOf(headers: RecordHeaders, name: string): string {
  return headers.find((header) => header.name === name)?.value?.toString() ?? '';
}
