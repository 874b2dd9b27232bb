import { setTimeout as delay } from 'node:timers/promises';
import type { ChooseTopics, KafkaClientConfig, TopicChoice } from '@millrace/connector-config';
import { Backoff, systemClock } from '@millrace/delivery';
import { FetchedBatch, recordsOf } from '@millrace/kafka';
import { type FetchedRecords, partitionId, type TopicPartition } from '@millrace/lanes';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { KafkaCluster } from 'kafkajs/src/consumer/consumerGroup.js';
import { type FetchAnswer, type GroupHooks, type GroupMembership, hookedAssigner } from './group-hooks.ts';
import type { GroupMember } from './group-member.ts';
import { type Commit, type CommitRefusals, commitOffsets } from './offset-commit.ts';
import type { CommittedOffset } from './reservation.ts';
import { fetchTopicIds } from './topic-ids.ts';
import { TopicWatch } from './topic-watch.ts';
import { within } from './within.ts';

/** What the brokers have of a partition. */
export interface PartitionState extends TopicPartition {
  /** The first offset there is. */
  readonly low: bigint;
  /** The offset behind the last one. */
  readonly high: bigint;
  /** Undefined where the brokers tell none. */
  readonly topicId: string | undefined;
}

/** A partition and the offset that reading it begins with. */
export interface Assignment extends PartitionState {
  readonly startOffset: bigint;
  /** As the group held it right after the join. */
  readonly committed: CommittedOffset;
}

/** Which topics a source reads, and how often it looks whether these are still the ones. */
export interface SourceTopics {
  readonly choose: ChooseTopics;
  readonly refreshIntervalMs: number;
}

/** What the source tells its connector; the members from `assigned` on in this order for every generation of the group. */
export interface SourceEvents {
  /** Once, before the first join. */
  chosen(topics: TopicChoice): void;
  /** Other topics are to be read now; a new source has to be made, and will find out which. */
  topicsChanged(): void;
  /** Whether the topics are still the ones could not be found out this time. */
  topicsUnknown(error: unknown): void;
  /** These were deleted and created again since the group was joined. */
  topicsRecreated(topics: readonly string[]): void;
  /** Nothing of the assignment is fetched before this returns. */
  assigned(assignments: readonly Assignment[]): void;
  /** `fetchedFrom` is the offset that the fetch asked for. No records: there were only control and aborted ones. */
  records(at: TopicPartition, fetchedFrom: bigint, fetched: FetchedRecords): void;
  /** A fetch of the partition was answered, with records (which come next) or without. */
  fetchAnswered(at: TopicPartition, highWatermark: bigint): void;
  offsetOutOfRange(at: TopicPartition): void;
  /** The assignment ends: finish what can be finished, and commit. */
  revoking(): Promise<void>;
  /** The consumer is dead; a new source has to be made. */
  crashed(error: unknown): void;
}

/** Members have this long to come back, drained. */
const rebalanceTimeoutMs = 60_000;

/** Longest wait for a join to end, and again for kafkajs to end its fetch and to leave the group. */
const stopTimeoutMs = 1_000;

/**
 * The one place that reads from Kafka by kafkajs, with its known traps closed: handlers never wait, so heartbeats and
 * other partitions go on; nothing is committed but what the lanes say, and only under the generation that read it;
 * rejoining drains first; reading starts at explicit offsets, and never resets by itself.
 */
export class KafkaSource {
  readonly #config: KafkaClientConfig;
  readonly #topics: SourceTopics;
  readonly #events: SourceEvents;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #member: GroupMember;
  /** The membership whose generation is valid; undefined before the join and while the group rebalances. */
  #group: GroupMembership | undefined;
  #cluster: KafkaCluster | undefined;
  /** Of the topics that it reads, as of the last join. */
  #topicIds: ReadonlyMap<string, string> = new Map();
  #watch: TopicWatch | undefined;
  #stopping = false;
  #turns = 0;
  /** Settles when the first join has ended. */
  #starting: Promise<void> = Promise.resolve();

  constructor(
    kafka: Kafka,
    config: KafkaClientConfig,
    topics: SourceTopics,
    member: GroupMember,
    events: SourceEvents,
  ) {
    this.#config = config;
    this.#member = member;
    this.#topics = topics;
    this.#events = events;
    this.#admin = kafka.admin();
    this.#consumer = kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: config.sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      heartbeatInterval: config.heartbeatIntervalMs,
      minBytes: config.fetchBytesMin,
      maxBytes: config.fetchBytesMax,
      maxBytesPerPartition: config.partitionFetchBytesMax,
      // All partitions of a broker wait for one long poll: a short one keeps resumed partitions and the stop quick.
      maxWaitTimeInMs: Math.min(config.fetchWaitMaxMs, 100),
      metadataMaxAge: config.metadataAgeMaxMs,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      partitionAssigners: [hookedAssigner(this.#hooks())],
      // Starting again is the connector's business, so that it happens in one place.
      retry: { retries: 5, restartOnFailure: async () => false },
    });
  }

  get isJoined(): boolean {
    return this.#group !== undefined;
  }

  /** Signs of life: another number with every step of a join and every turn of the loop that fetches. */
  get turns(): number {
    return this.#turns;
  }

  /** What there is of partitions now; the id of their topic only once the group was joined. @throws when Kafka is away */
  async inspect(partitions: readonly TopicPartition[]): Promise<readonly PartitionState[]> {
    return this.#inspect(partitions, this.#cluster);
  }

  /** Joins the group and begins to read. @throws when Kafka is away, refuses, or a topic does not exist. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    await this.#unlessStopped(this.#admin.connect());
    const choice = this.#topics.choose(await this.#unlessStopped(this.#admin.listTopics()));
    this.#events.chosen(choice);
    await this.#unlessStopped(this.#consumer.connect());
    await this.#unlessStopped(this.#consumer.subscribe({ topics: [...choice.topics], fromBeginning: true }));
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => this.#events.crashed(payload.error));
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: async (payload) => this.#deliver(payload),
    });
    if (!this.#stopping) this.#watch = this.#watchTopics(choice);
  }

  #watchTopics(choice: TopicChoice): TopicWatch {
    return new TopicWatch(choice, {
      list: () => this.#admin.listTopics(),
      choose: this.#topics.choose,
      recreated: () => this.#recreatedTopics(),
      intervalMs: this.#topics.refreshIntervalMs,
      clock: systemClock,
      changed: () => this.#events.topicsChanged(),
      toldRecreated: (topics) => this.#events.topicsRecreated(topics),
      failed: (error) => this.#events.topicsUnknown(error),
    });
  }

  async #recreatedTopics(): Promise<readonly string[]> {
    if (!this.#cluster || this.#topicIds.size === 0) return [];
    const before = this.#topicIds;
    const now = await fetchTopicIds(this.#cluster, [...before.keys()]);
    return [...before].flatMap(([topic, id]) => ((now.get(topic) ?? id) === id ? [] : [topic]));
  }

  /** Leaves the group, within a bound. What is to be committed has been committed before. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#watch?.end();
    this.#group = undefined;
    // kafkajs does not stop a consumer that is joining; ours leaves by itself once it has joined.
    await within(stopTimeoutMs, this.#starting);
    await within(stopTimeoutMs, Promise.allSettled([this.#consumer.disconnect(), this.#admin.disconnect()]));
  }

  /**
   * Commits under the generation that the offsets were read in, and tells which partitions were refused; undefined when
   * there is no generation (any more).
   * @throws when the broker does not answer; nothing is tried again: that might happen under a newer generation.
   */
  async commit(commits: readonly Commit[]): Promise<CommitRefusals | undefined> {
    const manager = this.#group?.offsetManager;
    return manager ? commitOffsets(manager, commits) : undefined;
  }

  setPaused({ topic, partition }: TopicPartition, paused: boolean): void {
    const which = [{ topic, partitions: [partition] }];
    if (paused) this.#group?.pause(which);
    else this.#group?.resume(which);
  }

  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    this.#group?.seek({ topic, partition, offset: String(offset) });
  }

  #hooks(): GroupHooks {
    return {
      formerMemberId: () => this.#member.id,
      joining: (join) => this.#onceCoordinated(join),
      beforeRejoin: async () => {
        this.#turns += 1;
        if (!this.#stopping) await this.#events.revoking();
        this.#group = undefined;
      },
      afterJoin: (group) => this.#joined(group),
      joinFailed: (error) => this.#events.crashed(error),
      fetched: (answers) => this.#fetched(answers),
      offsetOutOfRange: (at) => this.#events.offsetOutOfRange(at),
    };
  }

  #fetched(answers: readonly FetchAnswer[]): void {
    this.#turns += 1;
    for (const { topic, partition, fetchedFrom, nextOffset, highWatermark, isFiltered } of answers) {
      this.#events.fetchAnswered({ topic, partition }, highWatermark);
      if (isFiltered) {
        this.#events.records({ topic, partition }, fetchedFrom, { records: [], nextOffset, highWatermark });
      }
    }
  }

  /** kafkajs connects again whatever is used after a disconnect. */
  async #unlessStopped<Value>(step: Promise<Value>): Promise<Value> {
    const value = await step;
    this.#turns += 1;
    if (this.#stopping) throw new Error('stopped while starting');
    return value;
  }

  async #joined(group: GroupMembership): Promise<void> {
    this.#member.membership = group;
    const assigned = group.assigned();
    // kafkajs keeps what is paused over a rejoin; the lanes that paused it are gone.
    group.resume(assigned);
    const topics = assigned.map(({ topic }) => topic);
    const committed = await this.#onceCoordinated(() => this.#committedOffsets(topics));
    const partitions = assigned.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    const states = await this.#inspect(partitions, group.cluster);
    const assignments = states.map((state): Assignment => {
      const ofTopic = committed.get(state.topic) ?? new Map<number, CommittedOffset>();
      const own = ofTopic.get(state.partition) ?? { offset: -1n, metadata: null };
      const startOffset = own.offset >= 0n ? own.offset : this.#initialOffset(state, ofTopic);
      group.seek({ topic: state.topic, partition: state.partition, offset: String(startOffset) });
      return { ...state, startOffset, committed: own };
    });
    if (this.#stopping) {
      await group.leave();
      throw new Error('stopped while joining');
    }
    this.#group = group;
    this.#cluster = group.cluster;
    this.#topicIds = new Map(states.flatMap(({ topic, topicId }) => (topicId === undefined ? [] : [[topic, topicId]])));
    this.#events.assigned(assignments);
  }

  /** What the group has committed, by topic and partition. */
  async #committedOffsets(topics: string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>> {
    const found = await this.#admin.fetchOffsets({ groupId: this.#config.groupId, topics });
    return new Map(found.map(({ topic, partitions }) => [topic, new Map(partitions.map(offsetEntry))]));
  }

  /** Takes the step again while the group's coordinator is being loaded or moved, as after a restart of its broker. */
  async #onceCoordinated<Value>(step: () => Promise<Value>): Promise<Value> {
    const backoff = new Backoff({ minMs: 50, maxMs: 1_000 });
    const untilMs = performance.now() + this.#config.sessionTimeoutMs / 3;
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (!isCoordinatorPassing(error) || this.#stopping || performance.now() > untilMs) throw error;
        await delay(backoff.next());
      }
    }
  }

  async #inspect(
    partitions: readonly TopicPartition[],
    cluster: KafkaCluster | undefined,
  ): Promise<readonly PartitionState[]> {
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    const ids = cluster && topics.length > 0 ? await fetchTopicIds(cluster, topics) : new Map<string, string>();
    const ranges = await Promise.all(topics.map((topic) => this.#admin.fetchTopicOffsets(topic)));
    const byTopic = new Map(topics.map((topic, index) => [topic, ranges[index] ?? []]));
    return partitions.map(({ topic, partition }) => {
      const range = byTopic.get(topic)?.find((each) => each.partition === partition);
      if (!range) throw new Error(`the broker gave no offsets for ${partitionId({ topic, partition })}`);
      return { topic, partition, low: BigInt(range.low), high: BigInt(range.high), topicId: ids.get(topic) };
    });
  }

  /**
   * Where a partition without a committed offset begins (auto.offset.reset). One that was added to a topic that the group
   * reads already begins at its first record: latest is where the group began, and nothing may be left out since then.
   */
  #initialOffset({ partition, low, high }: PartitionState, ofTopic: ReadonlyMap<number, CommittedOffset>): bigint {
    const last = Math.max(-1, ...[...ofTopic].flatMap(([other, { offset }]) => (offset >= 0n ? [other] : [])));
    const isAdded = last >= 0 && partition > last;
    return this.#config.autoOffsetReset === 'latest' && !isAdded ? high : low;
  }

  #deliver({ batch }: EachBatchPayload): void {
    const at = { topic: batch.topic, partition: batch.partition };
    this.#events.records(at, fetchedOffset(batch), fetchedRecords(batch));
  }
}

/** Older formats, and older brokers' answers, are read by kafkajs. */
function fetchedRecords(batch: EachBatchPayload['batch']): FetchedRecords {
  if (batch instanceof FetchedBatch) return batch.fetched;
  return {
    records: recordsOf(batch.messages),
    nextOffset: BigInt(batch.lastOffset()) + 1n,
    highWatermark: BigInt(batch.highWatermark),
  };
}

/** kafkajs's Batch keeps the offset that was asked for; its type does not tell. */
function fetchedOffset(batch: EachBatchPayload['batch']): bigint {
  if (!('fetchedOffset' in batch)) throw new Error('kafkajs no longer tells the offset that a fetch asked for');
  return BigInt(String(batch.fetchedOffset));
}

function offsetEntry({ partition, offset, metadata }: { partition: number; offset: string; metadata: string | null }) {
  return [partition, { offset: BigInt(offset), metadata }] as const;
}

const passingErrors = ['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'];

/** Whether the error says no more than that the group's coordinator is being loaded or moved. */
function isCoordinatorPassing(error: unknown): boolean {
  return error instanceof Error && 'type' in error && passingErrors.includes(String(error.type));
}
