import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scene } from './harness/scene.ts';
import { exportTo, type Span, type SpanReceiver, startSpanReceiver } from './harness/span-receiver.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const partitions = 2;
const topic = 'traces';
const perPhase = 400;

/** Contexts as a producer would put them into headers; the last two digits say whether it was sampled. */
const producers = [
  '00-11111111111111111111111111111111-1111111111111111-01',
  '00-22222222222222222222222222222222-2222222222222222-01',
];

interface BatchTrace {
  readonly process: Span;
  readonly validates: readonly Span[];
  readonly writes: readonly Span[];
}

describe('exported spans of two lanes', () => {
  const the = scene();
  const source = new RecordSource({ seed: 11, partitions, repeatedShare: 0.1, brokenShare: 0.02 });
  const ends = new Map<number, number>();
  let receiver: SpanReceiver;
  let spans: readonly Span[] = [];

  beforeAll(async () => {
    receiver = await startSpanReceiver();
  });
  afterAll(() => receiver?.stop());

  it('come in for every record', { timeout: 90_000 }, async () => {
    const { kafka } = the;
    await kafka.createTopic(topic, partitions);
    await the.createMixed(topic);
    await the.start({
      connectors: {
        traces: the.connector(topic, topic, { 'errors.tolerance': 'all', 'batch.records.max': '40' }),
      },
      environment: exportTo(receiver),
    });
    // First none with a context, then every record under one of two, then all under one.
    await kafka.send(topic, source.take(perPhase));
    await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    await kafka.send(
      topic,
      source.take(perPhase).map((message, index) => under(producers[(index >> 1) % 2] ?? '', message)),
    );
    await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    await kafka.send(
      topic,
      source.take(perPhase).map((message) => under(producers[0] ?? '', message)),
    );
    await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    for (let partition = 0; partition < partitions; partition++) ends.set(partition, (3 * perPhase) / partitions);
    spans = await until(
      'the spans of every record have come in',
      async () => {
        const all = [...receiver.spans];
        const batches = batchesOf(all);
        const records = batches.reduce((sum, batch) => sum + recordsOf(batch), 0);
        const isWhole = batches.every((batch) => batch.validates.length > 0 && batch.writes.length >= writesOf(batch));
        return records === source.made && isWhole && all;
      },
      { timeoutMs: 15_000, found: () => receiver.spans.map(({ service, name }) => `${service} ${name}`).slice(-10) },
    );
  });

  it('cover each record once: process, in it validate, in it upsert', () => {
    const covered = new Map<number, string[]>();
    for (const batch of batchesOf(spans)) {
      const { process, validates, writes } = batch;
      expect([process.service, process.kind]).toEqual(['consumer', 5]);
      expect(validates.map(({ service, traceId }) => [service, traceId])).toEqual([
        ['schema-validator', process.traceId],
      ]);
      expect(validates[0]?.attributes).toMatchObject({
        'messaging.destination.partition.id': process.attributes['messaging.destination.partition.id'],
        'millrace.offset.first': process.attributes['millrace.offset.first'],
        'millrace.offset.last': process.attributes['millrace.offset.last'],
      });
      expect(writes.length).toBe(writesOf(batch));
      for (const write of writes)
        expect([write.service, write.kind, write.traceId]).toEqual(['inserter', 3, process.traceId]);
      const partition = Number(process.attributes['messaging.destination.partition.id']);
      covered.set(partition, [...(covered.get(partition) ?? []), offsetsOf(process)]);
    }
    for (const [partition, ranges] of covered) {
      const sorted = ranges.map((range) => range.split('-').map(Number)).sort(([a = 0], [b = 0]) => a - b);
      let next = 0;
      for (const [first, last] of sorted) {
        expect([partition, first]).toEqual([partition, next]);
        next = (last ?? 0) + 1;
      }
      expect(next).toBe(ends.get(partition));
    }
    expect(covered.size).toBe(partitions);
  });

  it('never hold two batches in one trace, where producers sent no context', () => {
    const rooted = batchesOf(spans).filter(({ process }) => process.parentSpanId === '');
    const traces = new Map<string, Span[]>();
    for (const span of spans) traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
    expect(rooted.length).toBeGreaterThan(partitions);
    for (const { process, validates, writes } of rooted) {
      const inTrace = traces.get(process.traceId) ?? [];
      expect(inTrace.filter(isProcess)).toEqual([process]);
      const own = new Set([process, ...validates, ...writes].map(({ spanId }) => spanId));
      const strangers = inTrace.filter(({ spanId, parentSpanId }) => !own.has(spanId) && !own.has(parentSpanId));
      expect(strangers).toEqual([]);
    }
    const lanes = new Set(rooted.map(({ process }) => process.attributes['messaging.destination.partition.id']));
    expect([...lanes].sort()).toEqual(['0', '1']);
  });

  it('link to the contexts of several producers, and continue the only one', () => {
    const phase = ({ process }: BatchTrace) =>
      Math.floor(Number(process.attributes['millrace.offset.first']) / (perPhase / partitions));
    const [without = [], several = [], one = []] = [0, 1, 2].map((wanted) =>
      batchesOf(spans).filter((batch) => phase(batch) === wanted),
    );
    expect(without.flatMap(({ process }) => process.links)).toEqual([]);
    for (const { process } of several) {
      const linked = process.links.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
      expect([...linked].sort()).toEqual(producers);
      expect(process.parentSpanId).toBe('');
    }
    for (const { process } of one)
      expect([process.traceId, process.parentSpanId]).toEqual(['1'.repeat(32), '1'.repeat(16)]);
    expect(Math.min(without.length, several.length, one.length)).toBeGreaterThan(0);
  });

  it('tell each rejection with its offset, code and path', () => {
    const told = batchesOf(spans).flatMap(({ process }) =>
      rejections(process).map(
        ({ attributes }) =>
          `${process.attributes['messaging.destination.partition.id']}:${attributes['messaging.kafka.offset']} ${attributes['millrace.error.code']} ${attributes['millrace.error.path']}`,
      ),
    );
    const expected = source.broken.map(
      ({ kind, partition, offset }) => `${partition}:${offset} ${kind.code} ${kind.path}`,
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(told.sort()).toEqual(expected.sort());
  });
});

const isProcess = ({ name }: Span): boolean => name === `process ${topic}`;
const rejections = ({ events }: Span) => events.filter(({ name }) => name === 'rejection');
const offsetsOf = ({ attributes }: Span): string =>
  `${attributes['millrace.offset.first']}-${attributes['millrace.offset.last']}`;

const recordsOf = ({ process }: BatchTrace): number => Number(process.attributes['messaging.batch.message_count']);

/** A batch of nothing but rejections writes nothing; every other one has its write. */
const writesOf = (batch: BatchTrace): number => (recordsOf(batch) > rejections(batch.process).length ? 1 : 0);

function batchesOf(spans: readonly Span[]): BatchTrace[] {
  const childrenOf = (parents: readonly Span[], name: string) =>
    spans.filter((span) => span.name === name && parents.some(({ spanId }) => spanId === span.parentSpanId));
  return spans.filter(isProcess).map((process) => {
    const validates = childrenOf([process], `validate ${topic}`);
    return { process, validates, writes: childrenOf(validates, `upsert ${topic}`) };
  });
}

function under(traceparent: string, message: ReturnType<RecordSource['take']>[number]) {
  return { ...message, headers: { ...message.headers, traceparent } };
}
