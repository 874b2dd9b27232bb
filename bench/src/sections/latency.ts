import { setTimeout as delay } from 'node:timers/promises';
import { exportTo, MilvusReader, type Span, startSpanReceiver, until } from '@millrace/e2e/harness';
import type { MilvusServer } from '@millrace/testing';
import { type Produced, producePaced } from '../latency/paced-producer.ts';
import { VisibilityProbe } from '../latency/visible-after.ts';
import { quantile } from '../median.ts';
import type { Scene } from '../scene.ts';
import { collectionFields, type Workload } from '../workload.ts';

/** How long a record takes, milliseconds. */
export interface Latency {
  readonly dim: number;
  readonly perSecond: number;
  readonly records: number;
  /** From produce to Milvus's acknowledgement. */
  readonly acknowledged: { readonly p50: number; readonly p99: number; readonly most: number };
  /** From produce, or from a direct upsert, until a query finds the row; medians of samples taken in turn. */
  readonly queryable: { readonly services: number; readonly direct: number; readonly samples: number };
}

/** The first seconds, in which connections open and code is compiled, do not count. */
const warmSeconds = 8;

/** Offers records at an even pace to services that write into the full Milvus. */
export async function measureLatency(
  scene: Scene,
  milvus: MilvusServer,
  workload: Workload,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Latency> {
  const run = scene.newRun();
  await scene.kafka.createTopic(run, workload.partitions);
  const reader = new MilvusReader(milvus.address);
  await reader.createCollection(run, collectionFields(workload.dim));
  await reader.close();
  const receiver = await startSpanReceiver();
  const services = await scene.services({ topic: run, milvus: milvus.address, environment: exportTo(receiver) });
  const probe = new VisibilityProbe(milvus.address, run);
  const sampler = new Sampler(probe, workload);
  try {
    scene.options.progress.tell(`latency, dim ${workload.dim}`, 0.3);
    const total = warmSeconds + seconds;
    const produced = await producePaced(scene.broker.bootstrap, run, workload, {
      perSecond,
      seconds: total,
      sending: (firstId, atMs) => sampler.sending(firstId, atMs),
    });
    await sampler.end();
    const begin = (produced[0]?.atMs ?? 0) + warmSeconds * 1_000;
    const counted = produced.filter(({ atMs }) => atMs >= begin);
    const latencies = await until(
      'every record is acknowledged',
      async () => acknowledgedAfter(counted, receiver.spans),
      {
        timeoutMs: 30_000,
      },
    );
    return {
      dim: workload.dim,
      perSecond,
      records: counted.length,
      acknowledged: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), most: Math.max(...latencies) },
      queryable: sampler.medians(begin),
    };
  } finally {
    await services.stop();
    await probe.close();
    await receiver.stop();
  }
}

/**
 * By the consumer's spans: `process <topic>`, which has the offsets of its batch, ends when the batch was acknowledged by Milvus
 * and its outcome had come back through all services. Undefined as long as one has not been acknowledged.
 */
function acknowledgedAfter(produced: readonly Produced[], spans: readonly Span[]): number[] | undefined {
  const settledAt = new Map<string, number>();
  for (const { attributes, endMs } of spans.filter(({ name }) => name.startsWith('process '))) {
    const partition = attributes['messaging.destination.partition.id'];
    const last = Number(attributes['millrace.offset.last']);
    for (let offset = Number(attributes['millrace.offset.first']); offset <= last; offset++)
      settledAt.set(`${partition} ${offset}`, endMs);
  }
  const latencies = produced.map(({ partition, offset, atMs }) => {
    const settled = settledAt.get(`${partition} ${offset}`);
    return settled === undefined ? Number.NaN : settled - atMs;
  });
  return latencies.some(Number.isNaN) ? undefined : latencies;
}

interface Sample {
  readonly atMs: number;
  readonly services: number;
  readonly direct: number;
}

/** Takes one sample after the other: a row of the services, then rows that are upserted directly. */
class Sampler {
  readonly #probe: VisibilityProbe;
  readonly #workload: Workload;
  readonly #samples: Sample[] = [];
  /** Ids that no record of the topic has. */
  #directId = 1_000_000_000;
  #sampling: Promise<void> | undefined;
  #problem: unknown;

  constructor(probe: VisibilityProbe, workload: Workload) {
    this.#probe = probe;
    this.#workload = workload;
  }

  sending(firstId: number, atMs: number): void {
    if (this.#sampling) return;
    this.#sampling = this.#sample(firstId, atMs)
      .catch((error: unknown) => {
        this.#problem = error;
      })
      .finally(() => {
        this.#sampling = undefined;
      });
  }

  async #sample(id: number, atMs: number): Promise<void> {
    const services = await this.#probe.visibleAfterMs(id, atMs);
    const direct = await this.#probe.directlyVisibleAfterMs(this.#workload, this.#directId, 10);
    this.#directId += 10;
    this.#samples.push({ atMs, services, direct });
    await delay(20);
  }

  async end(): Promise<void> {
    await this.#sampling;
    if (this.#problem) throw this.#problem;
  }

  medians(beginMs: number): Latency['queryable'] {
    const counted = this.#samples.filter(({ atMs }) => atMs >= beginMs);
    return {
      services: quantile(
        counted.map(({ services }) => services),
        0.5,
      ),
      direct: quantile(
        counted.map(({ direct }) => direct),
        0.5,
      ),
      samples: counted.length,
    };
  }
}
