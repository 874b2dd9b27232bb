import ConsumerGroup, { type GroupMembership } from 'kafkajs/src/consumer/consumerGroup.js';
import OffsetManager from 'kafkajs/src/consumer/offsetManager/index.js';
import type { TopicPartition } from './kafka-record.ts';

export type { GroupMembership } from 'kafkajs/src/consumer/consumerGroup.js';

/** What kafkajs has no hook for, and what has to happen inside it all the same. */
export interface GroupHooks {
  /** The group rebalances: the old generation still counts, so work can be finished and committed under it. */
  beforeRejoin(): Promise<void>;
  /** Partitions are assigned; nothing is fetched before this resolves. */
  afterJoin(group: GroupMembership): Promise<void>;
  /** The broker has no such offset. kafkajs would commit a default one, and lose or repeat records silently. */
  offsetOutOfRange(at: TopicPartition): void;
}

const hooksByGroup = new Map<string, GroupHooks>();

/** Hooks one group of this process; returns what takes the hooks off again. */
export function hookGroup(groupId: string, hooks: GroupHooks): () => void {
  hooksByGroup.set(groupId, hooks);
  return () => hooksByGroup.delete(groupId);
}

let installed = false;

/**
 * Wraps the two methods of kafkajs 2.2.4 that every rejoin and every out-of-range fetch pass. The version is pinned;
 * `kafka-source.test.ts` fails when a new one no longer passes them.
 */
export function installGroupHooks(): void {
  if (installed) return;
  installed = true;
  const { joinAndSync } = ConsumerGroup.prototype;
  ConsumerGroup.prototype.joinAndSync = async function (this: GroupMembership) {
    const hooks = hooksByGroup.get(this.groupId);
    if (this.generationId !== null) await hooks?.beforeRejoin();
    await joinAndSync.call(this);
    await hooks?.afterJoin(this);
  };
  const { setDefaultOffset } = OffsetManager.prototype;
  OffsetManager.prototype.setDefaultOffset = async function (at) {
    const hooks = hooksByGroup.get(this.groupId);
    if (hooks) hooks.offsetOutOfRange(at);
    else await setDefaultOffset.call(this, at);
  };
}
