import { randomUUID } from 'node:crypto';
import { FetchedBatch, installRecordFetches, leavingRecords } from '@millrace/kafka';
import type { TopicPartition } from '@millrace/lanes';
import type { PartitionAssigner } from 'kafkajs';
import ConsumerGroup, { type GroupBatch, type GroupMembership } from 'kafkajs/src/consumer/consumerGroup.js';
import OffsetManager from 'kafkajs/src/consumer/offsetManager/index.js';
import { subscribedAssigner } from './subscribed-assigner.ts';

export type { GroupMembership } from 'kafkajs/src/consumer/consumerGroup.js';

/** The answer to a fetch of one partition. */
export interface FetchAnswer extends TopicPartition {
  readonly fetchedFrom: bigint;
  readonly nextOffset: bigint;
  readonly highWatermark: bigint;
  /** It brought records, but none to deliver: control records and aborted ones. kafkajs calls no handler for such a one. */
  readonly isFiltered: boolean;
}

/** What kafkajs has no hook for, and what has to happen inside it all the same. */
export interface GroupHooks {
  /** The id under which the coordinator may still hold this process as a member; null: it holds none. */
  formerMemberId(): string | null;
  /** Joins by this, and may do it again where it fails. */
  joining(join: () => Promise<void>): Promise<void>;
  /** The group rebalances: the old generation still counts, so work can be finished and committed under it. */
  beforeRejoin(): Promise<void>;
  /** Partitions are assigned; nothing is fetched before this resolves. */
  afterJoin(group: GroupMembership): Promise<void>;
  /** The join or `afterJoin` has failed. kafkajs might go on to fetch under an assignment that nobody serves. */
  joinFailed(error: unknown): void;
  /** The loop that fetches has turned once for a broker; of each partition that was asked for, the answer. */
  fetched(answers: readonly FetchAnswer[]): void;
  /** The broker has no such offset. kafkajs would commit a default one, and lose or repeat records silently. */
  offsetOutOfRange(at: TopicPartition): void;
}

/** A consumer's assigner is the one thing that is given the cluster object which its group and offsets share. */
const hooksByCluster = new WeakMap<object, GroupHooks>();

/**
 * An assigner; a consumer that is made with it has these hooks. Needs `installGroupHooks`. With metadata of its own, a
 * consumer that joins under an id that the group knows begins a new generation: so nothing of the former one counts.
 */
export function hookedAssigner(hooks: GroupHooks): PartitionAssigner {
  const userData = Buffer.from(randomUUID());
  return (consumer) => {
    hooksByCluster.set(consumer.cluster, hooks);
    return subscribedAssigner(userData)(consumer);
  };
}

let installed = false;

/**
 * Wraps the methods of kafkajs 2.2.4 that every join, every fetch and every out-of-range offset pass. The version is
 * pinned; `kafka-source.test.ts` fails when a new one no longer passes them.
 */
export function installGroupHooks(): void {
  if (installed) return;
  installed = true;
  installRecordFetches();
  const { joinAndSync, fetch } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.joinAndSync = async function (this: GroupMembership) {
    const hooks = hooksByCluster.get(this.cluster);
    try {
      if (this.generationId !== null) await hooks?.beforeRejoin();
      else this.memberId = hooks?.formerMemberId() ?? null;
      const join = () => joinAndSync.call(this);
      await (hooks ? hooks.joining(join) : join());
      await hooks?.afterJoin(this);
    } catch (error) {
      hooks?.joinFailed(error);
      throw error;
    }
  };
  ConsumerGroup.prototype.fetch = async function (this: GroupMembership, nodeId: number) {
    const hooks = hooksByCluster.get(this.cluster);
    if (!hooks) return fetch.call(this, nodeId);
    const read = await leavingRecords(() => fetch.call(this, nodeId));
    const batches = await Promise.all(read.map(async (batch) => (await FetchedBatch.read(batch)) ?? batch));
    hooks.fetched(batches.map(answerOf));
    return batches;
  };
  const { setDefaultOffset } = OffsetManager.prototype;
  OffsetManager.prototype.setDefaultOffset = async function (at) {
    const hooks = hooksByCluster.get(this.cluster);
    if (hooks) hooks.offsetOutOfRange(at);
    else await setDefaultOffset.call(this, at);
  };
}

function answerOf(batch: GroupBatch): FetchAnswer {
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchedFrom: BigInt(batch.fetchedOffset),
    nextOffset: BigInt(batch.lastOffset()) + 1n,
    highWatermark: BigInt(batch.highWatermark),
    isFiltered: batch.isEmptyDueToFiltering(),
  };
}
