import kafkajs, {
  type CompressionTypes,
  type IHeaders,
  Kafka,
  type KafkaMessage,
  logLevel,
  type Message,
} from 'kafkajs';
import { until } from './until.ts';

/** Below the megabyte that a broker takes as one batch, even where all records go to one partition. */
const requestBytesMax = 900_000;

/** A stored record, as a reader sees it. */
export interface StoredRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  /** Milliseconds since the Unix epoch, in decimal. */
  readonly timestamp: string;
}

/** The tests' own access to Kafka. Everything that it opens is closed before it returns, save for `close`. */
export class KafkaClient {
  readonly #kafka: Kafka;

  /** @param retries of each request; with backoff, the default waits out the restart of a broker */
  constructor(bootstrap: string, retries = 8) {
    this.#kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries } });
  }

  async #admin<Value>(use: (admin: ReturnType<Kafka['admin']>) => Promise<Value>): Promise<Value> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async createTopic(topic: string, partitions: number, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.#admin(async (admin) => {
      await admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic, numPartitions: partitions, configEntries }],
      });
      // A busy broker may not know the topic yet that it has just created; kafkajs itself fails then.
      const hasLeaders = async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions.length === partitions && topics[0].partitions.every(({ leader }) => leader >= 0);
      };
      await until(`${topic} has leaders`, () => hasLeaders().catch(() => false), { timeoutMs: 120_000 });
    });
  }

  /** Sets one property of a topic; the broker applies it within moments, not at once. */
  async alterTopic(topic: string, name: string, value: string): Promise<void> {
    const resources = [{ type: 2 as const, name: topic, configEntries: [{ name, value }] }];
    await this.#admin((admin) => admin.alterConfigs({ validateOnly: false, resources }));
  }

  /** Sends in order per partition with acks=all, in requests of bounded size. */
  async send(topic: string, messages: readonly Message[], compression?: CompressionTypes): Promise<void> {
    const producer = this.#kafka.producer({ maxInFlightRequests: 1, idempotent: true, retry: { retries: 8 } });
    await producer.connect();
    try {
      for (const part of requests(messages)) {
        await producer.send({ topic, acks: -1, messages: part, ...(compression !== undefined && { compression }) });
      }
    } finally {
      await producer.disconnect();
    }
  }

  /** The offset after the last record, by partition. */
  async endOffsets(topic: string): Promise<Map<number, bigint>> {
    const offsets = await this.#admin((admin) => admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
  }

  /** What the group has committed, by partition; partitions without a commit are absent. */
  async committed(groupId: string, topic: string): Promise<Map<number, bigint>> {
    const ask = () => this.#admin((admin) => admin.fetchOffsets({ groupId, topics: [topic] })).catch(whileLoading);
    const groups = await until(`the coordinator of ${groupId} has loaded`, ask, { timeoutMs: 30_000 });
    const offsets = groups[0]?.partitions ?? [];
    return new Map(
      offsets.map(({ partition, offset }) => [partition, BigInt(offset)] as const).filter(([, at]) => at >= 0n),
    );
  }

  /** Commits the ends of a topic for a group without members, as if all of it had been written. */
  async commitEnds(groupId: string, topic: string): Promise<void> {
    const ends = await this.endOffsets(topic);
    const partitions = [...ends].map(([partition, offset]) => ({ partition, offset: String(offset) }));
    await this.#admin((admin) => admin.setOffsets({ groupId, topic, partitions }));
  }

  /** Waits until the group has committed the end of every partition of the topic. */
  async untilCommitted(groupId: string, topic: string, timeoutMs: number): Promise<void> {
    const end = await this.endOffsets(topic);
    const committed = () => this.committed(groupId, topic);
    await until(
      `${groupId} has committed the end of ${topic}`,
      async () => {
        const offsets = await committed();
        return [...end].every(([partition, offset]) => (offsets.get(partition) ?? 0n) === offset);
      },
      { timeoutMs, found: async () => [...(await committed())].map(([p, at]) => `${p}: ${at} of ${end.get(p)}`) },
    );
  }

  /** Members and state of a group. A member's id changes whenever it has to join anew. */
  async group(groupId: string): Promise<{ readonly state: string; readonly memberIds: readonly string[] }> {
    const { groups } = await this.#admin((admin) => admin.describeGroups([groupId]));
    const group = groups[0];
    if (group === undefined) throw new Error(`${groupId} was not described`);
    return { state: group.state, memberIds: group.members.map((member) => member.memberId).sort() };
  }

  async topicExists(topic: string): Promise<boolean> {
    return (await this.#admin((admin) => admin.listTopics())).includes(topic);
  }

  /** Every record of the topic up to its present end; none when there is no such topic. */
  async readAll(topic: string): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    await this.readEach(topic, (record) => records.push(record));
    return records;
  }

  /** Hands over every record up to the present end of the topic, each partition in order, and keeps none. */
  async readEach(topic: string, take: (record: StoredRecord) => void): Promise<void> {
    if (!(await this.topicExists(topic))) return;
    const missing = new Map([...(await this.endOffsets(topic))].filter(([, end]) => end > 0n));
    if (missing.size === 0) return;
    const consumer = this.#kafka.consumer({ groupId: `e2e-${crypto.randomUUID()}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
        void consumer.run({
          autoCommit: false,
          eachMessage: async ({ partition, message }) => {
            const end = missing.get(partition);
            if (end === undefined) return;
            take(stored(partition, message));
            if (BigInt(message.offset) === end - 1n) missing.delete(partition);
            if (missing.size === 0) resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
  }
}

/**
 * A coordinator that loads its groups, as after a broker's start, says so, and kafkajs does not ask again. Node finds its
 * error classes in the default export only.
 */
function whileLoading(error: unknown): undefined {
  if (error instanceof kafkajs.KafkaJSProtocolError && error.type === 'GROUP_LOAD_IN_PROGRESS') return;
  throw error;
}

function requests(messages: readonly Message[]): Message[][] {
  const parts: Message[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = 100 + (message.key?.length ?? 0) + (message.value?.length ?? 0);
    if (bytes + size > requestBytesMax) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(message);
    bytes += size;
  }
  return parts;
}

function stored(partition: number, { key, value, headers, offset, timestamp }: KafkaMessage): StoredRecord {
  return { partition, offset: BigInt(offset), key, value, headers: headers ?? {}, timestamp };
}
