import { type KafkaServer, type MilvusServer, startKafka, startMilvusLite } from '@millrace/testing';
import { SpanKind, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withMilvus } from '../milvus.ts';
import { readLast } from '../read-topic.ts';
import { recordedOutput } from '../recorded-output.ts';
import type { Settings } from '../settings.ts';
import { load } from './load.ts';

const spans = new InMemorySpanExporter();
// Set before the command's own telemetry, which then leaves it in place and adds propagation.
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));

let kafka: KafkaServer;
let milvus: MilvusServer;
let settings: Settings;
beforeAll(async () => {
  [kafka, milvus] = await Promise.all([startKafka(), startMilvusLite()]);
  settings = { kafka: kafka.bootstrap, milvus: `http://${milvus.address}`, statusUrl: 'http://127.0.0.1:1' };
});
afterAll(async () => {
  await Promise.all([kafka?.remove(), milvus?.remove()]);
});

const plan = { rate: 2_000, dim: 4, keys: 7, badShare: 0.02, partitions: 3 };

it('sends as many records as asked, good and bad, each with the context of its producer span', async () => {
  const output = recordedOutput();
  await load(settings, 'loaded', { ...plan, count: 600 }, output, new AbortController().signal);
  expect(output.lines.at(-1)).toMatch(/^✓ sent 600 records to loaded, 12 of them bad, [\d ]+ rec\/s$/);

  const records = (await readLast(settings, 'loaded', 1_000)).map(({ message }) => message);
  const titles = records.flatMap(({ value }) => /record \d+/.exec(String(value)) ?? []);
  expect(new Set(titles).size).toBe(600);
  const sent = spans.getFinishedSpans();
  expect(sent[0]).toMatchObject({ name: 'send loaded', kind: SpanKind.PRODUCER, parentSpanContext: undefined });
  expect(sent[0]?.attributes).toMatchObject({
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'loaded',
    'messaging.kafka.message.key': '0',
  });
  const contexts = sent.map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`);
  expect(new Set(contexts).size).toBe(600);
  expect(records.map(({ headers }) => String(headers?.traceparent)).toSorted()).toEqual(contexts.toSorted());
});

it('makes a collection that takes its good records', async () => {
  const { schema } = await withMilvus(settings, (client) => client.describeCollection({ collection_name: 'loaded' }));
  const vector = schema.fields.find(({ name }) => name === 'title_vector');
  expect(vector?.type_params).toEqual([{ key: 'dim', value: '4' }]);
});

it('ends when it is asked to, and says what it has sent', async () => {
  const asked = new AbortController();
  const output = recordedOutput();
  const running = load(settings, 'loaded', plan, { ...output, live: () => asked.abort() }, asked.signal);
  await running;
  expect(output.lines).toEqual([expect.stringMatching(/^✓ sent \d+ records to loaded/)]);
});
