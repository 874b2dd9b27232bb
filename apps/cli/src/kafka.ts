import kafkajs, { type Admin, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { CliError, messageOf } from './cli-error.ts';
import { brokers, type Settings } from './settings.ts';

/** Where a record was stored. */
export interface StoredAt {
  readonly partition: number;
  readonly offset: bigint;
}

export function kafkaClient(settings: Settings): Kafka {
  return new Kafka({
    clientId: 'millrace-cli',
    brokers: brokers(settings),
    connectionTimeout: 5_000,
    retry: { retries: 2 },
    logLevel: logLevel.NOTHING,
  });
}

/** Runs `work` with a connected admin client. @throws CliError when Kafka does not answer */
export async function withAdmin<T>(settings: Settings, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient(settings).admin();
  await admin.connect().catch(unreachable(settings));
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Runs `work` with a connected producer, which creates no topic. @throws CliError when Kafka does not answer */
export async function withProducer<T>(settings: Settings, work: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = kafkaClient(settings).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect().catch(unreachable(settings));
  try {
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
}

/** Creates the topic unless it exists. @returns whether it was created */
export async function ensureTopic(settings: Settings, topic: string, numPartitions = 1): Promise<boolean> {
  return withAdmin(settings, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: -1 }], waitForLeaders: true }),
  );
}

/** Per partition: where the group stands (`committed`, undefined when it never committed) and where the topic ends. */
export interface Progress {
  readonly partition: number;
  readonly committed: bigint | undefined;
  readonly start: bigint;
  readonly end: bigint;
}

export async function readProgress(admin: Admin, groupId: string, topic: string): Promise<Progress[]> {
  const [committed, ends] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
  ]);
  const offsets = new Map(committed[0]?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return ends.map(({ partition, low, high }) => {
    const offset = offsets.get(partition) ?? -1n;
    return { partition, committed: offset < 0n ? undefined : offset, start: BigInt(low), end: BigInt(high) };
  });
}

/** Records that the group still has before it, in all partitions. */
export function lagOf(progress: readonly Progress[]): number {
  return progress.reduce((lag, { committed, start, end }) => lag + Number(end - (committed ?? start)), 0);
}

/** Whether to ask Kafka again: so it answers while a group's coordinator is only being elected, as after a first start. */
export function isPassing(error: unknown): boolean {
  // Node finds kafkajs's error classes in the default export only.
  const { KafkaJSError, KafkaJSNumberOfRetriesExceeded } = kafkajs;
  return error instanceof KafkaJSNumberOfRetriesExceeded || (error instanceof KafkaJSError && error.retriable);
}

/** Turns Kafka's refusal of an unknown topic into words. */
export function explainTopic(topic: string) {
  return (error: unknown): never => {
    if (isUnknownTopic(error)) throw new CliError(`Kafka has no topic ${topic}`, 'failed', { cause: error });
    throw error;
  };
}

/** kafkajs wraps the broker's answer in errors of its own. */
function isUnknownTopic(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') || isUnknownTopic(error.cause);
}

const unreachable =
  (settings: Settings) =>
  (cause: unknown): never => {
    const message = `Kafka at ${settings.kafka} does not answer: ${messageOf(cause)}`;
    throw new CliError(message, 'unavailable', { cause });
  };
