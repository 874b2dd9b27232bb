import { trace } from '@opentelemetry/api';
import { afterAll, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { extractTrace, injectTrace, startTelemetry } from './telemetry.ts';

const telemetry = startTelemetry('test', {}, createLogger('test', 'silent'));
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

test('metrics are there to be scraped where nothing else is asked for', async () => {
  const answer = await telemetry.metricsRoute('/metrics', new URLSearchParams());
  expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('version=0.0.4') });
  expect(answer?.body).toContain('process_uptime_seconds ');
  expect(answer?.body).toContain('service_name="test"');
  expect(await telemetry.metricsRoute('/other', new URLSearchParams())).toBeUndefined();
});
