import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeMilvus, type FakeReply, projectRoot, startFakeMilvus } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KafkaClient } from './harness/kafka-client.ts';
import { type Pipeline, startPipeline } from './harness/pipeline.ts';
import { showLogsOnFailure } from './harness/scene.ts';
import { exportTo, type Span, type SpanReceiver, startSpanReceiver } from './harness/span-receiver.ts';
import { until } from './harness/until.ts';

const topic = 'articles';
const rateLimited: FakeReply = { kind: 'refuse', status: { code: 8, reason: 'too many requests' } };
const notLoaded: FakeReply = { kind: 'refuse', status: { code: 101, reason: 'collection not loaded' } };

/**
 * What docs/debugging.md asks Jaeger for happens here: a write that others wait for and then share, a retry, a rejected
 * record, and a lane that waits. Its queries are made on the spans that come of it, as Jaeger makes them.
 */
describe('the queries of docs/debugging.md', () => {
  const kafka = new KafkaClient(inject('bootstrap'));
  const first = Promise.withResolvers<void>();
  let receiver: SpanReceiver;
  let milvus: FakeMilvus;
  let pipeline: Pipeline;

  beforeAll(async () => {
    receiver = await startSpanReceiver();
    milvus = await startFakeMilvus({
      collections: [
        {
          name: topic,
          fields: [
            { name: 'id', type: DataType.Int64, isPrimaryKey: true },
            { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } },
          ],
        },
      ],
      script: async ({ number }) => {
        if (number === 1) await first.promise;
        return { 2: rateLimited, 4: notLoaded }[number] ?? { kind: 'apply' };
      },
    });
    await kafka.createTopic(topic, 1);
    pipeline = await startPipeline({
      bootstrap: inject('bootstrap'),
      milvus: `http://${milvus.address}`,
      connectors: {
        [topic]: {
          name: topic,
          'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
          topics: topic,
          'collection.name': topic,
          'errors.tolerance': 'all',
          'batch.records.max': '2',
        },
      },
      environment: exportTo(receiver),
    });
  }, 60_000);
  afterAll(async () => {
    await pipeline?.stop();
    await milvus?.stop();
    await receiver?.stop();
  });

  const record = (id: number) => ({ value: JSON.stringify({ id, vector: id === 5 ? [1] : [id, 1] }) });

  it('find spans', { timeout: 90_000 }, async () => {
    showLogsOnFailure(() => pipeline);
    await kafka.send(topic, [0, 1, 2, 3, 4, 5, 6, 7].map(record));
    await until('batches wait behind the first write', async () => (await queuedBatches(pipeline)) >= 4, {
      timeoutMs: 30_000,
    });
    first.resolve();
    await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    await kafka.send(topic, [8, 9].map(record));
    await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    const queries = queriesOf(await readFile(join(projectRoot, 'docs/debugging.md'), 'utf8'));
    expect(queries.length).toBeGreaterThanOrEqual(5);
    await until(
      'every query finds a span',
      async () => queries.every((query) => receiver.spans.some((span) => fits(span, query))),
      {
        timeoutMs: 15_000,
        found: () => queries.filter((query) => !receiver.spans.some((span) => fits(span, query))),
      },
    );
  });

  it('and the tags that its tool prints are on spans and their events', async () => {
    const tool = await readFile(join(projectRoot, 'docs/trace.jq'), 'utf8');
    const names = [...tool.matchAll(/"((?:millrace|messaging|db|error)\.[a-z_.]+)"/g)].map(([, name = '']) => name);
    const known = receiver.spans.flatMap(({ attributes, events }) => [
      ...Object.keys(attributes),
      ...events.flatMap((event) => Object.keys(event.attributes)),
    ]);
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !known.some((key) => key.startsWith(name)))).toEqual([]);
  });
});

interface Query {
  readonly service: string;
  /** The id of a trace stands for any. */
  readonly tags: Readonly<Record<string, string>>;
}

const traceId = /^[0-9a-f]{32}$/;

/** The calls of Jaeger's query API in a page. */
function queriesOf(page: string): readonly Query[] {
  const calls = page.matchAll(/-d service=(\S+)[^\n]*\n?[^\n]*--data-urlencode 'tags=(\{[^']*\})'/g);
  return [...calls].map(([, service = '', tags = '']) => ({ service, tags: JSON.parse(tags) }));
}

/** As Jaeger's storage in memory compares: as text, with the attributes of the span or of one of its events. */
function fits(span: Span, { service, tags }: Query): boolean {
  const sets = [span.attributes, ...span.events.map(({ attributes }) => attributes)];
  const has = (name: string, value: string) =>
    sets.some(
      (set) => name in set && (traceId.test(value) ? traceId.test(String(set[name])) : String(set[name]) === value),
    );
  return span.service === service && Object.entries(tags).every(([name, value]) => has(name, value));
}

async function queuedBatches(pipeline: Pipeline): Promise<number> {
  const text = (await pipeline.get('inserter', '/status')).text;
  return Number(/"batches_?[qQ]ueued":(\d+)/.exec(text)?.[1] ?? 0);
}
