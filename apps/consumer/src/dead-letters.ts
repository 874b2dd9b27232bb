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
import { LetterTimestamps } from './letter-timestamps.ts';

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
  readonly #timestamps = new LetterTimestamps();
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
   * once more with the fewest headers; one whose timestamp the topic refuses, with the time of its sending, and its own
   * in a header. @throws DeadLetterError with those that are left
   */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    let together = letters.length;
    let form = asTheyAre;
    for (let sent = 0; sent < letters.length; ) {
      const request = this.#request(letters.slice(sent, sent + together), form);
      try {
        await this.#produce(request);
        sent += request.length;
        together *= 2;
        form = asTheyAre;
      } catch (error) {
        const next = this.#formAfter(error, form);
        if (next === undefined) throw new DeadLetterError(this.#target.topic, error, letters.slice(sent));
        // Half as many, at last one, then that one in another form.
        together = Math.max(1, Math.floor(request.length / 2));
        const [first, ...others] = request;
        if (first === undefined || others.length > 0) continue;
        if (next.restamped && !form.restamped) this.#timestamps.refused(BigInt(first.timestamp), Date.now());
        form = next;
      }
    }
  }

  /** The form in which a single letter may still be taken after this error; undefined where there is none. */
  #formAfter(error: unknown, form: LetterForm): LetterForm | undefined {
    if (isTooLarge(error) && !form.terse) return { ...form, terse: true };
    if (hasType(error, 'INVALID_TIMESTAMP') && !form.restamped) return { ...form, restamped: true };
    return undefined;
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await disconnected(producer);
  }

  /** From the first on, as many letters as fit one request, and one at least. */
  #request(letters: readonly DeadLetter[], form: LetterForm): LetterMessage[] {
    const request: LetterMessage[] = [];
    const nowMs = Date.now();
    let bytes = 0;
    for (const letter of letters) {
      const { timestampMs } = letter.record;
      const restamped = form.restamped || this.#timestamps.isRefused(timestampMs, nowMs);
      const headers = this.#headers(letter, { ...form, restamped }, nowMs);
      bytes += heldBytes({ key: letter.record.key, value: letter.record.value, headers });
      if (request.length > 0 && bytes > requestBytes) break;
      request.push({
        key: letter.record.key,
        value: letter.record.value,
        timestamp: String(restamped ? nowMs : timestampMs),
        headers: writtenHeaders(headers),
        sourcePartition: letter.at.partition,
      });
    }
    return request;
  }

  #headers(letter: DeadLetter, { terse, restamped }: LetterForm, nowMs: number): RecordHeaders {
    const ours = millraceHeaders(letter, this.#target, nowMs);
    if (restamped) ours.push(['__millrace.timestamp', String(letter.record.timestampMs)]);
    const connect = this.#target.connectHeaders ? connectHeaders(letter, this.#target) : [];
    const added = terse ? ours.filter(([name]) => minimalHeaders.has(name)) : [...ours, ...connect];
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

/** How a letter goes that its topic has refused. */
interface LetterForm {
  /** With the fewest headers. */
  readonly terse: boolean;
  /** With the time of its sending; the record's own is in a header. */
  readonly restamped: boolean;
}

const asTheyAre: LetterForm = { terse: false, restamped: false };

interface LetterMessage extends Message {
  readonly timestamp: string;
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
  '__millrace.timestamp',
]);

const isTooLarge = (error: unknown): boolean => hasType(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE');

/** By kafkajs's names of the broker's error codes. */
function hasType(error: unknown, ...types: readonly string[]): boolean {
  return error instanceof Error && 'type' in error && types.some((type) => type === error.type);
}
