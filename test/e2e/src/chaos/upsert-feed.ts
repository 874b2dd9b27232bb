import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import type { KafkaClient } from '../harness/kafka-client.ts';
import type { ProgressWatch } from './progress-watch.ts';
import type { Upserts } from './upserts.ts';

const askMs = 50;

export interface UpsertFeedOptions {
  readonly kafka: KafkaClient;
  readonly topic: string;
  readonly upserts: Upserts;
  readonly watch: ProgressWatch;
  /** Sends more while fewer records than this are sent and not committed. */
  readonly backlog: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Keeps the topic so full that the services always have work, until it is told that it may end. */
export class UpsertFeed {
  readonly #options: UpsertFeedOptions;
  readonly #done: Promise<void>;
  /** Sequences below this were acknowledged by the broker. */
  acknowledged = 0;
  #keys = Number.POSITIVE_INFINITY;

  constructor(options: UpsertFeedOptions) {
    this.#options = options;
    this.#done = this.#feed();
    // Whoever ends it learns of a failure.
    this.#done.catch(() => {});
  }

  /** Resolves when so many keys have had all their updates, or at once when they have. */
  end(keys: number): Promise<void> {
    this.#keys = keys;
    return this.#done;
  }

  async #feed(): Promise<void> {
    const { upserts, watch, backlog, signal } = this.#options;
    while (!signal.aborted && upserts.finished < this.#keys) {
      const portion = upserts.take(Math.ceil(backlog / 3));
      while (!signal.aborted && !(await this.#send(portion))) await delay(askMs);
      this.acknowledged = upserts.made;
      const looks = watch.samples.length;
      const isEnough = () => watch.samples.length === looks || watch.lag > (backlog * 2) / 3;
      while (!signal.aborted && isEnough()) await delay(askMs);
    }
  }

  /** Whether the broker took all of it. If not, what it stored nevertheless is in the log twice; the log is what counts. */
  async #send(portion: Message[]): Promise<boolean> {
    const { kafka, topic, note } = this.#options;
    try {
      await kafka.send(topic, portion);
      return true;
    } catch (error) {
      note(`sending records failed and is tried again: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }
}
