import { canRunMilvus, type MilvusServer, startMilvus, type TemporaryFolder, temporaryFolder } from '@millrace/testing';
import type { Span as ProducerSpan } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KafkaClient } from './harness/kafka-client.ts';
import { MilvusReader } from './harness/milvus-client.ts';
import { type MilvusSpan, milvusSpans } from './harness/milvus-spans.ts';
import { ScaledServices } from './harness/scaled-services.ts';
import { exportTo, type Span, type SpanReceiver, startSpanReceiver } from './harness/span-receiver.ts';
import { until } from './harness/until.ts';

const topic = 'followed';
const rows = 60;
/** Offsets: one record alone, then rows of as many producers with one among them that is broken. */
const alone = 0;
const broken = 31;

const tracer = new TracerProvider({}).getTracer('a producer');

describe.runIf(canRunMilvus)('a record’s trace, from its producer into a real Milvus', () => {
  const kafka = new KafkaClient(inject('bootstrap'));
  /** The span in which each record was sent, by offset. */
  const sends: ProducerSpan[] = [];
  let folder: TemporaryFolder;
  let receiver: SpanReceiver;
  let milvus: MilvusServer;
  let reader: MilvusReader;
  let services: ScaledServices;
  let fromMilvus: readonly MilvusSpan[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder('record-trace');
    receiver = await startSpanReceiver();
    milvus = await startMilvus();
    reader = new MilvusReader(milvus.address);
    await reader.createCollection(topic, [
      { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ]);
    await kafka.createTopic(topic, 1);
    const environment = exportTo(receiver);
    services = await ScaledServices.start({
      folder: folder.path,
      bootstrap: inject('bootstrap'),
      milvus: `http://${milvus.address}`,
      connectors: {
        [topic]: {
          name: topic,
          'connector.class': 'com.milvus.io.kafka.MilvusSinkConnector',
          topics: topic,
          'collection.name': topic,
          'errors.tolerance': 'all',
        },
      },
      environmentOf: { consumer: environment, 'schema-validator': environment, inserter: environment },
    });
    await services.scale('inserter', 2);
    await until(
      'both inserters are seen',
      async () => (await services.inserterStreams()).filter(({ ready }) => ready).length === 2,
      {
        timeoutMs: 30_000,
      },
    );
  }, 300_000);
  afterAll(async () => {
    await services?.stop();
    await reader?.close();
    await milvus?.remove();
    await receiver?.stop();
    await folder?.remove();
  });

  /** Sends records, each in a span of its own, whose context goes into the record's header. */
  async function produce(values: readonly string[]): Promise<void> {
    const messages = values.map((value) => {
      const span = tracer.startSpan(`send ${topic}`, { kind: SpanKind.PRODUCER }, ROOT_CONTEXT);
      sends.push(span);
      const { traceId, spanId } = span.spanContext();
      return { value, headers: { traceparent: `00-${traceId}-${spanId}-01` } };
    });
    await kafka.send(topic, messages);
    for (const span of sends.slice(-values.length)) span.end();
    await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);
  }

  const sendOf = (offset: number) => sends[offset]?.spanContext();
  const batchOf = (offset: number) =>
    receiver.spans.find(({ name, attributes }) => name === `process ${topic}` && covers(attributes, offset));
  const childrenOf = ({ traceId, spanId }: Span | MilvusSpan) => ({
    ours: receiver.spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId),
    milvus: fromMilvus.filter((span) => span.traceId === traceId && span.parentSpanId === spanId),
  });
  const writesOf = (offset: number) =>
    childrenOf(present(batchOf(offset))).ours.flatMap((validate) => childrenOf(validate).ours);

  it('is exported by all processes, and by Milvus itself', { timeout: 120_000 }, async () => {
    await produce([JSON.stringify({ id: 0, vector: [0, 0] })]);
    await produce(
      Array.from({ length: rows }, (_, index) =>
        JSON.stringify({ id: index + 1, vector: index + 1 === broken ? [1] : [index, 1] }),
      ),
    );
    expect(await reader.count(topic)).toBe(rows);
    await until(
      'the spans of both batches and of their writes have come in',
      async () => {
        fromMilvus = await milvusSpans(milvus.logFile);
        return [alone, broken, broken + 5].every((offset) => {
          const batch = batchOf(offset);
          const writes = batch ? writesOf(offset) : [];
          return writes.length > 0 && writes.every((write) => childrenOf(write).milvus.length > 0);
        });
      },
      { timeoutMs: 30_000, found: () => ({ ours: receiver.spans.map(({ name }) => name), milvus: fromMilvus.length }) },
    );
  });

  it('is one trace where a record travels alone: send, process, validate, upsert, and Milvus’s proxy and its parts', () => {
    const batch = present(batchOf(alone));
    expect([batch.traceId, batch.parentSpanId]).toEqual([sendOf(alone)?.traceId, sendOf(alone)?.spanId]);
    const [validate] = childrenOf(batch).ours;
    const [write] = childrenOf(present(validate)).ours;
    const [proxy] = childrenOf(present(write)).milvus;
    expect([batch, validate, write, proxy].map((span) => span?.name)).toEqual([
      `process ${topic}`,
      `validate ${topic}`,
      `upsert ${topic}`,
      'milvus.proto.milvus.MilvusService/Upsert',
    ]);
    // Below the call there are Milvus's own: the task of its proxy, and the calls of its coordinators.
    const names = descendants(present(proxy), fromMilvus).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('Proxy-'))).not.toEqual([]);
    expect(names.filter((name) => name.startsWith('milvus.proto.rootcoord'))).not.toEqual([]);
  });

  it('leads from each producer by a link that names the offset into the batch, and there into its stripe’s write', () => {
    const offset = broken + 5;
    const batch = present(batchOf(offset));
    expect(batch.links.find(({ attributes }) => attributes['messaging.kafka.offset'] === offset)).toMatchObject({
      traceId: sendOf(offset)?.traceId,
      spanId: sendOf(offset)?.spanId,
    });
    const writes = writesOf(offset);
    expect(writes.map(({ attributes }) => attributes['millrace.stripe']).sort()).toEqual([0, 1]);
    expect(writes.some(({ attributes }) => covers(attributes, offset))).toBe(true);
    expect(new Set(writes.map(({ traceId }) => traceId))).toEqual(new Set([batch.traceId]));
    for (const write of writes) {
      expect(childrenOf(write).milvus.map(({ name }) => name)).toEqual(['milvus.proto.milvus.MilvusService/Upsert']);
    }
  });

  it('is found for a rejected record by its offset, and leads back to its producer and on to its dead letter', async () => {
    const found = receiver.spans.filter(({ events }) =>
      events.some(({ name, attributes }) => name === 'rejection' && attributes['messaging.kafka.offset'] === broken),
    );
    expect(found.map(({ name }) => name).sort()).toEqual([`process ${topic}`, `validate ${topic}`]);
    const batch = present(found.find(({ name }) => name.startsWith('process')));
    expect(batch.attributes).toMatchObject({ 'error.type': 'V017', 'millrace.records.rejected': 1 });
    expect(batch.events.find(({ name }) => name === 'rejection')?.attributes).toMatchObject({
      'millrace.error.code': 'V017',
      'millrace.error.path': '$.vector',
    });
    const [letter, ...others] = await kafka.readAll(`${topic}.dead-letters`);
    expect(others).toEqual([]);
    expect(String(letter?.headers['__millrace.trace_id'])).toBe(batch.traceId);
    const link = batch.links.find(({ attributes }) => attributes['messaging.kafka.offset'] === broken);
    expect(String(letter?.headers.traceparent)).toBe(`00-${link?.traceId}-${link?.spanId}-01`);
    expect(link?.spanId).toBe(sendOf(broken)?.spanId);
  });
});

function covers(attributes: Readonly<Record<string, unknown>>, offset: number): boolean {
  return Number(attributes['millrace.offset.first']) <= offset && Number(attributes['millrace.offset.last']) >= offset;
}

function descendants(of: MilvusSpan, all: readonly MilvusSpan[]): readonly MilvusSpan[] {
  const children = all.filter(({ traceId, parentSpanId }) => traceId === of.traceId && parentSpanId === of.spanId);
  return [...children, ...children.flatMap((child) => descendants(child, all))];
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a span is missing');
  return value;
}
