import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaClient } from '../harness/kafka-client.ts';
import type { ProgressSample } from './history.ts';

const everyMs = 250;

/** Looks at what a group has committed of a topic, again and again, until it is told to stop. */
export class ProgressWatch {
  readonly samples: ProgressSample[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(kafka: KafkaClient, groupId: string, topic: string) {
    this.#done = this.#watch(kafka, groupId, topic);
  }

  /** Records that were sent and not committed at the last look. */
  get lag(): number {
    const last = this.samples.at(-1);
    return last === undefined ? 0 : sum(last.end) - sum(last.committed);
  }

  get committed(): number {
    return sum(this.samples.at(-1)?.committed ?? []);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #watch(kafka: KafkaClient, groupId: string, topic: string): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // While the broker is away there is nothing to see; the gap between two samples then tells.
      const sample = await look(kafka, groupId, topic).catch(() => undefined);
      if (sample) this.samples.push(sample);
      await delay(everyMs, undefined, { signal }).catch(() => {});
    }
  }
}

async function look(kafka: KafkaClient, groupId: string, topic: string): Promise<ProgressSample> {
  const committed = await kafka.committed(groupId, topic);
  const end = await kafka.endOffsets(topic);
  const partitions = [...end.keys()].toSorted((a, b) => a - b);
  return {
    atMs: Date.now(),
    committed: partitions.map((partition) => Number(committed.get(partition) ?? 0n)),
    end: partitions.map((partition) => Number(end.get(partition))),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
