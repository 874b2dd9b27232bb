import { installHeaderHooks, registerCodecs } from '@millrace/kafka';
import { createLogger } from '@millrace/service';
import { type KafkaServer, type KafkaVersion, startKafka } from '@millrace/testing';
import { type Admin, Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { installGroupHooks } from '../src/group-hooks.ts';
import { quietRequestTimers } from '../src/request-timers.ts';

/** A real Kafka and what tests do to it. */
export class Broker {
  readonly server: KafkaServer;
  readonly kafka: Kafka;
  readonly admin: Admin;

  private constructor(server: KafkaServer, kafka: Kafka) {
    this.server = server;
    this.kafka = kafka;
    this.admin = kafka.admin();
  }

  static async start(properties: Record<string, string> = {}, version?: KafkaVersion): Promise<Broker> {
    installGroupHooks();
    installHeaderHooks();
    quietRequestTimers();
    registerCodecs();
    const server = await startKafka({ properties, ...(version && { version }) });
    const kafka = new Kafka({ brokers: [server.bootstrap], logLevel: logLevel.NOTHING });
    const broker = new Broker(server, kafka);
    await broker.admin.connect();
    await broker.#loadGroups();
    return broker;
  }

  /** A fresh broker loads its groups when they are first asked for, and a consumer that joins meanwhile dies. */
  async #loadGroups(): Promise<void> {
    // Enough for some of them to be kept in each partition of the broker's own topic.
    const groups = Array.from({ length: 24 }, (_, index) => `group-${index}`);
    const isLoaded = (groupId: string) =>
      this.admin.fetchOffsets({ groupId }).then(
        () => true,
        () => false,
      );
    await Promise.all(groups.map((groupId) => until(() => isLoaded(groupId))));
  }

  async remove(): Promise<void> {
    await this.admin.disconnect();
    await this.server.remove();
  }

  async createTopic(topic: string, numPartitions = 1): Promise<string> {
    await this.admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
    return topic;
  }

  async send(topic: string, messages: Message[], options: { compression?: number } = {}): Promise<void> {
    const producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages, ...options });
    await producer.disconnect();
  }

  /** `count` records with values `from`, `from + 1`, … */
  async sendNumbers(topic: string, from: number, count: number, partition = 0): Promise<void> {
    await this.send(
      topic,
      Array.from({ length: count }, (_, i) => ({ partition, value: String(from + i) })),
    );
  }

  /** Commits for a group without members. kafkajs's own way waits for a long poll. */
  async commit(groupId: string, topic: string, offset: number, { partition = 0, metadata = '' } = {}): Promise<void> {
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 10 });
    await consumer.subscribe({ topic });
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.run({ autoCommit: false, eachBatch: async () => {} });
    await joined;
    await consumer.commitOffsets([{ topic, partition, offset: String(offset), metadata }]);
    await consumer.disconnect();
  }

  /** As retention does. */
  async deleteBefore(topic: string, offset: number, partition = 0): Promise<void> {
    // kafkajs looks for the leader before it knows the topic.
    await this.admin.fetchTopicOffsets(topic);
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  }

  /** The group's committed offset; -1 when there is none. */
  async committed(groupId: string, topic: string, partition = 0): Promise<number> {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return Number(found?.partitions.find((each) => each.partition === partition)?.offset ?? -1);
  }

  /** The metadata of that commit. */
  async metadata(groupId: string, topic: string, partition = 0): Promise<string> {
    const [found] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    return found?.partitions.find((each) => each.partition === partition)?.metadata ?? '';
  }

  async members(groupId: string): Promise<number> {
    const { groups } = await this.admin.describeGroups([groupId]);
    return groups[0]?.members.length ?? 0;
  }
}

export const silentLogger = createLogger('test', 'silent');

/** Waits until it is true; the test's own timeout ends it otherwise. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}
