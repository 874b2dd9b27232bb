import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('millrace.load');

/**
 * Starts the span of one record that is sent, a trace of its own, as OpenTelemetry's conventions for Kafka have it.
 *
 * @returns the span, and the headers that let a reader go on with its trace, sampled or not
 */
export function startSend(
  topic: string,
  key: string,
): { readonly span: Span; readonly headers: Record<string, string> } {
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
    'messaging.kafka.message.key': key,
  };
  const span = tracer.startSpan(`send ${topic}`, { kind: SpanKind.PRODUCER, attributes, root: true });
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), headers);
  return { span, headers };
}

/** Ends spans of records that Kafka has stored, or with the error has not. */
export function endSends(spans: readonly Span[], error?: Error): void {
  for (const span of spans) {
    if (error)
      span.setAttribute('error.type', error.name).setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end();
  }
}
