import { freePort } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, serviceNames } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { exportTo, type SpanReceiver, startSpanReceiver } from './harness/span-receiver.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

/** Spans that a service keeps at most for a collector that is away: those that wait, and those of the export that fails. */
const queueMax = 60;
const exportMax = 20;
const records = 400;

/** Short times, so that many exports fail within the test. */
const impatience = {
  OTEL_BSP_MAX_QUEUE_SIZE: String(queueMax),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(exportMax),
  OTEL_EXPORTER_OTLP_TIMEOUT: '400',
};

interface Away {
  readonly endpoint: string;
  /** Settles when exports have failed again and again, as far as that shows from outside. */
  failed(): Promise<unknown>;
  comeBack(): Promise<SpanReceiver>;
}

const ways: Record<string, () => Promise<Away>> = {
  'takes requests and never answers': async () => {
    const receiver = await startSpanReceiver({ hangs: true });
    return {
      endpoint: receiver.endpoint,
      failed: () => until('exports hang', async () => receiver.requests >= 12, { timeoutMs: 30_000 }),
      async comeBack() {
        receiver.answer();
        return receiver;
      },
    };
  },
  'refuses connections': async () => {
    const port = await freePort();
    return {
      endpoint: `http://127.0.0.1:${port}`,
      failed: async () => {},
      comeBack: () => startSpanReceiver({ port }),
    };
  },
};

describe.each(Object.keys(ways))('a collector that %s', (way) => {
  const the = scene();
  const topic = `collector-${way.split(' ')[0]}`;
  const source = new RecordSource({ seed: 21, partitions: 1 });
  let away: Away;
  let back: SpanReceiver | undefined;
  beforeAll(async () => {
    away = (await ways[way]?.()) as Away;
  });
  afterAll(() => back?.stop());

  it('holds up no record, costs a log line or two, and gets what fits into the queue when it is back', {
    timeout: 120_000,
  }, async () => {
    const { kafka } = the;
    await kafka.createTopic(topic, 1);
    await the.createMixed(topic);
    const pipeline = await the.start({
      // A batch for each record: more spans than are kept.
      connectors: { [topic]: the.connector(topic, topic, { 'batch.records.max': '1' }) },
      environment: { ...exportTo(away), ...impatience },
    });
    await kafka.send(topic, source.take(records));
    await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);
    expect(await the.reader.count(topic)).toBe(source.rows.size);
    await until(
      'every service has told it',
      async () =>
        (await Promise.all(serviceNames.map((name) => warnings(pipeline, name)))).every(({ length }) => length > 0),
      { timeoutMs: 30_000 },
    );
    await away.failed();
    for (const name of serviceNames) {
      // One for each kind of complaint, such as a time that has run out and a connection that was reset.
      const { length } = await warnings(pipeline, name);
      expect([name, length, length >= 1 && length <= 2]).toEqual([name, length, true]);
    }

    back = await away.comeBack();
    const { spans } = back;
    await kafka.send(topic, source.take(1));
    await until(
      'the last record’s spans have come in',
      async () =>
        serviceNames.every((name) => spans.some((span) => span.service === name && holds(span.attributes, records))),
      { timeoutMs: 30_000, found: () => spans.length },
    );
    for (const name of serviceNames) {
      const kept = spans.filter(({ service }) => service === name).length;
      expect([name, kept <= queueMax + 2 * exportMax + 1]).toEqual([name, true]);
    }
  });
});

const holds = (attributes: Readonly<Record<string, unknown>>, offset: number): boolean =>
  Number(attributes['millrace.offset.first']) <= offset && Number(attributes['millrace.offset.last']) >= offset;

/** The log lines that tell of exports. */
async function warnings(pipeline: Pipeline, name: (typeof serviceNames)[number]): Promise<readonly object[]> {
  const lines = (await pipeline.log(name)).split('\n').filter((line) => line.includes('"event":"telemetry"'));
  return lines.map((line) => JSON.parse(line));
}
