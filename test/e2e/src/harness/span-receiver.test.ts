import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SpanReceiver, startSpanReceiver } from './span-receiver.ts';

let receiver: SpanReceiver;
beforeAll(async () => {
  receiver = await startSpanReceiver();
});
afterAll(() => receiver.stop());

it('keeps the spans of an OTLP request with their attributes, events and links', async () => {
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    name: 'process t',
    kind: 5,
    endTimeUnixNano: '1764000000123456789',
    attributes: [{ key: 'messaging.batch.message_count', value: { intValue: '7' } }],
    events: [{ name: 'rejection', attributes: [{ key: 'offset', value: { stringValue: '3' } }] }],
    links: [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) }],
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'consumer' } }] };
  await fetch(`${receiver.endpoint}/v1/traces`, {
    method: 'POST',
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }),
  });
  expect(receiver.spans).toEqual([
    {
      service: 'consumer',
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      parentSpanId: '',
      name: 'process t',
      kind: 5,
      endMs: 1764000000123.456,
      attributes: { 'messaging.batch.message_count': 7 },
      events: [{ name: 'rejection', attributes: { offset: '3' } }],
      links: [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), attributes: {} }],
    },
  ]);
});
