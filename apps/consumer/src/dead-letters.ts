import { writtenHeaders } from '@millrace/kafka';
import { heldBytes, type RecordHeaders } from '@millrace/lanes';
import type { Kafka, Message, PartitionerArgs, Producer } from 'kafkajs';
import {
  connectHeaders,
  type DeadLetter,
  type DeadLetterContext,
  millraceHeaders,
  withHeaders,
} from './dead-letter-record.ts';
import { partitionOfKey } from './key-partitioner.ts';
import { type LaneProblem, ownProblem } from './lane-problem.ts';

export interface DeadLetterTopic extends DeadLetterContext {
  readonly topic: string;
  /** Asked for; a cluster with fewer brokers gets as many as it has. */
  readonly replicationFactor: number;
}

/** Dead letters could not be written. The lane halts; nothing behind them is committed. */
export class DeadLetterError extends Error {
  readonly topic: string;
  /** Letters that are not known to be written. */
  readonly unsent: readonly DeadLetter[];
  /** Whether the topic's size limit is what refused them. */
  readonly tooLarge: boolean;

  constructor(topic: string, cause: unknown, unsent: readonly DeadLetter[] = []) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`dead letters cannot be written to ${topic}: ${reason}`, { cause });
    this.name = 'DeadLetterError';
    this.topic = topic;
    this.unsent = unsent;
    this.tooLarge = isTooLarge(cause);
  }

  toProblem(sinceMs: number): LaneProblem {
    return ownProblem(this.tooLarge ? 'dead_letter.too_large' : 'dead_letter.refused', this.message, sinceMs);
  }
}

/** Tries of one produce request before the lane halts. */
const produceRetries = 5;

/** Bytes that go together, well below the megabyte that a topic takes by default. */
const requestBytes = 768 * 1024;

/** The dead letter topic of one connector: idempotent, acknowledged by all in-sync replicas, retries bounded. */
export class DeadLetters {
  readonly #kafka: Kafka;
  readonly #target: DeadLetterTopic;
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka, target: DeadLetterTopic) {
    this.#kafka = kafka;
    this.#target = target;
  }

  /** Creates the topic where it is missing. @throws DeadLetterError */
  async ensureTopic(): Promise<void> {
    try {
      await this.#createTopic();
    } catch (error) {
      throw new DeadLetterError(this.#target.topic, error);
    }
  }

  /**
   * Writes letters in their order; resolves when every one is acknowledged. One that is too large for the topic goes
   * once more with the fewest headers. @throws DeadLetterError with those that are left
   */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    let together = letters.length;
    for (let sent = 0; sent < letters.length; ) {
      const request = this.#request(letters.slice(sent, sent + Math.max(1, together)), together > 0);
      try {
        await this.#produce(request);
        sent += request.length;
        together = Math.max(1, together * 2);
      } catch (error) {
        if (!isTooLarge(error) || together === 0) {
          throw new DeadLetterError(this.#target.topic, error, letters.slice(sent));
        }
        // Half as many, at last one, then one with the fewest headers.
        together = Math.floor(request.length / 2);
      }
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await disconnected(producer);
  }

  /** From the first on, as many letters as fit one request, and one at least. */
  #request(letters: readonly DeadLetter[], wordy: boolean): LetterMessage[] {
    const request: LetterMessage[] = [];
    let bytes = 0;
    for (const letter of letters) {
      const headers = this.#headers(letter, wordy);
      bytes += heldBytes({ ...letter.record, headers });
      if (request.length > 0 && bytes > requestBytes) break;
      request.push({
        key: letter.record.key,
        value: letter.record.value,
        timestamp: String(letter.record.timestampMs),
        headers: writtenHeaders(headers),
        sourcePartition: letter.at.partition,
      });
    }
    return request;
  }

  #headers(letter: DeadLetter, wordy: boolean): RecordHeaders {
    const ours = millraceHeaders(letter, this.#target, Date.now());
    const connect = this.#target.connectHeaders ? connectHeaders(letter, this.#target) : [];
    const added = wordy ? [...ours, ...connect] : ours.filter(([name]) => minimalHeaders.has(name));
    return withHeaders(letter.record.headers, added);
  }

  async #produce(messages: LetterMessage[]): Promise<void> {
    this.#producer ??= this.#connected();
    const producer = this.#producer;
    try {
      await (await producer).send({ topic: this.#target.topic, acks: -1, timeout: 10_000, messages });
    } catch (error) {
      // A producer's sequence numbers are not to be trusted after an error: the next try makes a new one.
      if (this.#producer === producer) this.#producer = undefined;
      await disconnected(producer);
      throw error;
    }
  }

  async #connected(): Promise<Producer> {
    await this.#createTopic();
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries: produceRetries },
      createPartitioner: letterPartitioner,
    });
    await producer.connect();
    return producer;
  }

  async #createTopic(): Promise<void> {
    const { topic, replicationFactor } = this.#target;
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      if ((await admin.listTopics()).includes(topic)) return;
      const { brokers } = await admin.describeCluster();
      const replicas = Math.max(1, Math.min(replicationFactor, brokers.length));
      await admin.createTopics({ topics: [{ topic, replicationFactor: replicas }], waitForLeaders: true });
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}

async function disconnected(producer: Promise<Producer> | undefined): Promise<void> {
  await producer?.then((open) => open.disconnect()).catch(() => {});
}

interface LetterMessage extends Message {
  readonly sourcePartition: number;
}

/**
 * By key as usual, without a key by the record's own partition: the same at every try. kafkajs asks again before a
 * retry, and another answer would give other letters the sequence numbers of some that are written already, which the
 * broker then acknowledges and drops.
 */
function letterPartitioner(): (args: PartitionerArgs) => number {
  return ({ message: { key, ...message }, partitionMetadata: { length: count } }) => {
    if (Buffer.isBuffer(key)) return partitionOfKey(key, count);
    return 'sourcePartition' in message ? Number(message.sourcePartition) % count : 0;
  };
}

const minimalHeaders = new Set([
  '__millrace.error.code',
  '__millrace.topic',
  '__millrace.partition',
  '__millrace.offset',
  // Connectors may share a topic of dead letters.
  '__millrace.connector',
]);

function isTooLarge(error: unknown): boolean {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  return type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE';
}
