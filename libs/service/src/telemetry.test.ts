import { trace } from '@opentelemetry/api';
import { afterAll, expect, test } from 'vitest';
import { extractTrace, injectTrace, startTelemetry } from './telemetry.ts';

const telemetry = startTelemetry('test', {});
afterAll(() => telemetry.stop());

test('a span has ids and travels as W3C trace context even where nothing is exported', () => {
  trace.getTracer('test').startActiveSpan('work', (span) => {
    const carrier = injectTrace();
    expect(carrier.traceparent).toBe(`00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`);
    expect(trace.getSpanContext(extractTrace(carrier))?.spanId).toBe(span.spanContext().spanId);
    span.end();
  });
});

test('an unreadable traceparent is no context', () => {
  expect(trace.getSpanContext(extractTrace({ traceparent: 'nonsense', tracestate: '' }))).toBeUndefined();
});
