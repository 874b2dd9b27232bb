import { setTimeout as delay } from 'node:timers/promises';
import { Pace } from '@millrace/delivery';
import { createLogger, startTelemetry } from '@millrace/service';
import type { Producer } from 'kafkajs';
import { messageOf } from '../cli-error.ts';
import { tutorialFields } from '../demo/tutorial-record.ts';
import { ensureTopic, explainTopic, isPassing, withProducer } from '../kafka.ts';
import { type LoadPlan, loadRecord } from '../load/load-records.ts';
import { endSends, startSend } from '../load/producer-span.ts';
import { ensureCollection, withMilvus } from '../milvus.ts';
import { dim as faint, green, grouped, type Output } from '../output.ts';
import type { Settings } from '../settings.ts';

export interface LoadOptions extends LoadPlan {
  /** Records per second. */
  readonly rate: number;
  readonly partitions: number;
  /** It ends after so many seconds or records, whichever comes first; never where both are left out. */
  readonly seconds?: number;
  readonly count?: number;
}

const batchRecordsMax = 500;
/** How long due records gather before they are sent. */
const gatherMs = 20;
const toldEveryMs = 10_000;

/**
 * Sends records to a topic at a steady rate, each with its trace in the header `traceparent`, until the plan or `signal`
 * ends it. The topic, and the collection of its name, are created where they are missing. Spans go where the standard
 * OTEL_* variables say; a collector that is away changes nothing.
 *
 * @throws CliError when Kafka or Milvus does not answer at the start. Later the load waits for Kafka
 */
export async function load(
  settings: Settings,
  topic: string,
  options: LoadOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  await ensureTopic(settings, topic, options.partitions);
  const fields = tutorialFields.map((field) =>
    field.name === 'title_vector' ? { ...field, dim: options.dim } : field,
  );
  await withMilvus(settings, (client) =>
    ensureCollection(client, { name: topic, fields, vectorField: 'title_vector', metric: 'L2' }),
  );
  const telemetry = startTelemetry('load', process.env, createLogger('load', 'warn'));
  try {
    await withProducer(settings, (producer) => sendAtPace(producer, topic, options, output, signal));
  } finally {
    await telemetry.stop();
  }
}

async function sendAtPace(
  producer: Producer,
  topic: string,
  options: LoadOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const ends = started + (options.seconds ?? Number.POSITIVE_INFINITY) * 1_000;
  const total = options.count ?? Number.POSITIVE_INFINITY;
  const pace = new Pace(options.rate, started);
  let sent = 0;
  let bad = 0;
  let toldAt = started;
  const told = () => {
    const rate = Math.round((sent * 1_000) / Math.max(performance.now() - started, 1));
    return `${grouped(sent)} records to ${topic}, ${grouped(bad)} of them bad, ${grouped(rate)} rec/s`;
  };
  for (let now = started; now < ends && sent < total && !signal.aborted; now = performance.now()) {
    const due = pace.take(now, Math.min(batchRecordsMax, total - sent));
    if (due > 0) {
      const records = Array.from({ length: due }, (_, i) => loadRecord(sent + i, options));
      if (!(await sendBatch(producer, topic, records, output, signal))) break;
      sent += due;
      bad += records.filter(({ isBad }) => isBad).length;
    }
    output.live(faint(`  ${told()}`));
    if (!output.isTerminal && now - toldAt >= toldEveryMs) {
      toldAt = now;
      output.line(`  ${told()}`);
    }
    if (due < batchRecordsMax) await delay(gatherMs, undefined, { signal }).catch(unlessAborted(signal));
  }
  output.line(`${green('✓')} sent ${told()}`);
}

/** Sends the same records until Kafka has stored them, as a producer does. @returns false when the signal came before */
async function sendBatch(
  producer: Producer,
  topic: string,
  records: readonly ReturnType<typeof loadRecord>[],
  output: Output,
  signal: AbortSignal,
): Promise<boolean> {
  const sends = records.map(({ key, value }) => ({ key, value, ...startSend(topic, key) }));
  const messages = sends.map(({ key, value, headers }) => ({ key, value, headers }));
  const spans = sends.map(({ span }) => span);
  for (;;) {
    try {
      await producer.send({ topic, messages, acks: -1 }).catch(explainTopic(topic));
      endSends(spans);
      return true;
    } catch (error) {
      if (!isPassing(error) || signal.aborted) {
        endSends(spans, error instanceof Error ? error : new Error(String(error)));
        if (signal.aborted) return false;
        throw error;
      }
      output.aside(`Kafka has not taken ${records.length} records, they are sent again: ${messageOf(error)}`);
      await delay(1_000, undefined, { signal }).catch(unlessAborted(signal));
    }
  }
}

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
};
