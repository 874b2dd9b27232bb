import type { RecordSource } from '../reference/records.ts';
import type { KafkaClient } from './kafka-client.ts';
import { until } from './until.ts';

export interface FeederOptions {
  readonly topic: string;
  readonly groupId: string;
  /** Sends more while fewer records than this are sent and not committed. */
  readonly backlog: number;
  /** Records in one sending. */
  readonly portion: number;
}

/** Keeps a topic so full that the services always have work, until it is told to stop. */
export class Feeder {
  #stopping = false;
  readonly #done: Promise<void>;

  constructor(kafka: KafkaClient, source: RecordSource, options: FeederOptions) {
    this.#done = this.#feed(kafka, source, options);
    // Whoever stops it learns of a failure.
    this.#done.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
  }

  async #feed(kafka: KafkaClient, source: RecordSource, options: FeederOptions): Promise<void> {
    const { topic, groupId, backlog, portion } = options;
    const isShort = async (): Promise<boolean> => {
      const committed = await kafka.committed(groupId, topic);
      return source.made - [...committed.values()].reduce((sum, offset) => sum + Number(offset), 0) < backlog;
    };
    while (!this.#stopping) {
      await kafka.send(topic, source.take(portion));
      await until('records are wanted', async () => this.#stopping || (await isShort()), { timeoutMs: 120_000 });
    }
  }
}
