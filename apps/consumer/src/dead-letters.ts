import type { Admin, IHeaders, Kafka, Message, Producer } from 'kafkajs';
import {
  connectHeaders,
  type DeadLetter,
  type DeadLetterContext,
  millraceHeaders,
  withHeaders,
} from './dead-letter-record.ts';
import type { LaneProblem } from './lane-problem.ts';

export interface DeadLetterTopic extends DeadLetterContext {
  readonly topic: string;
  /** Asked for; a cluster with fewer brokers gets as many as it has. */
  readonly replicationFactor: number;
}

/** Dead letters could not be written. The lane halts; nothing behind them is committed. */
export class DeadLetterError extends Error {
  readonly topic: string;
  readonly limit: string | undefined;

  constructor(topic: string, cause: unknown, limit?: string) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`dead letters cannot be written to ${topic}: ${reason}`, { cause });
    this.name = 'DeadLetterError';
    this.topic = topic;
    this.limit = limit;
  }

  toProblem(sinceMs: number): LaneProblem {
    return {
      code: this.limit ? 'dead_letter.too_large' : 'dead_letter.refused',
      message: this.message,
      hint: this.limit ?? `Let the producer create and write ${this.topic}; the lane goes on by itself.`,
      needsAction: true,
      retrying: true,
      sinceMs,
    };
  }
}

/** Tries of one produce request before the lane halts. */
const produceRetries = 5;

/** The dead letter topic of one connector: idempotent, acknowledged by all in-sync replicas, retries bounded. */
export class DeadLetters {
  readonly #kafka: Kafka;
  readonly #target: DeadLetterTopic;
  #producer: Producer | undefined;

  constructor(kafka: Kafka, target: DeadLetterTopic) {
    this.#kafka = kafka;
    this.#target = target;
  }

  /** Creates the topic where it is missing. @throws DeadLetterError */
  async ensureTopic(admin: Admin): Promise<void> {
    const { topic, replicationFactor } = this.#target;
    try {
      if ((await admin.listTopics()).includes(topic)) return;
      const { brokers } = await admin.describeCluster();
      const replicas = Math.max(1, Math.min(replicationFactor, brokers.length));
      await admin.createTopics({ topics: [{ topic, replicationFactor: replicas }], waitForLeaders: true });
    } catch (error) {
      throw new DeadLetterError(topic, error);
    }
  }

  /** Resolves when every letter is acknowledged. @throws DeadLetterError */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    const full = letters.map((letter) => this.#message(letter, true));
    try {
      await this.#produce(full);
    } catch (error) {
      if (!isTooLarge(error)) throw await this.#given(error);
      await this.#sendOneByOne(letters);
    }
  }

  async close(): Promise<void> {
    await this.#producer?.disconnect().catch(() => {});
    this.#producer = undefined;
  }

  /** A letter too large for the topic goes once more with the fewest headers; then the lane halts. */
  async #sendOneByOne(letters: readonly DeadLetter[]): Promise<void> {
    for (const letter of letters) {
      try {
        await this.#produce([this.#message(letter, true)]);
      } catch (error) {
        if (!isTooLarge(error)) throw await this.#given(error);
        await this.#produce([this.#message(letter, false)]).catch(async (again) => {
          const limit = `Raise max.message.bytes of the topic ${this.#target.topic} (and message.max.bytes of the brokers); the lane goes on by itself.`;
          throw await this.#given(again, isTooLarge(again) ? limit : undefined);
        });
      }
    }
  }

  #message(letter: DeadLetter, wordy: boolean): Message {
    const ours = millraceHeaders(letter, this.#target, Date.now());
    const connect = this.#target.connectHeaders ? connectHeaders(letter, this.#target) : [];
    const added = wordy ? [...ours, ...connect] : ours.filter(([name]) => minimalHeaders.has(name));
    return {
      key: letter.record.key,
      value: letter.record.value,
      timestamp: String(letter.record.timestampMs),
      headers: withHeaders(letter.record.headers, added) as IHeaders,
    };
  }

  async #produce(messages: Message[]): Promise<void> {
    if (!this.#producer) {
      const producer = this.#kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        retry: { retries: produceRetries },
      });
      await producer.connect();
      this.#producer = producer;
    }
    await this.#producer.send({ topic: this.#target.topic, acks: -1, timeout: 10_000, messages });
  }

  /** After an error the producer's sequence numbers are not to be trusted: the next try makes a new one. */
  async #given(error: unknown, limit?: string): Promise<DeadLetterError> {
    await this.close();
    return new DeadLetterError(this.#target.topic, error, limit);
  }
}

const minimalHeaders = new Set([
  '__millrace.error.code',
  '__millrace.topic',
  '__millrace.partition',
  '__millrace.offset',
]);

function isTooLarge(error: unknown): boolean {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE';
}
