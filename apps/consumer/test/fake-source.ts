import type { TopicPartition } from '@millrace/lanes';
import type { Source } from '../src/connector-kafka.ts';
import type { Assignment, PartitionState, SourceEvents } from '../src/kafka-source.ts';
import type { Commit, CommitRefusals } from '../src/offset-commit.ts';
import { recordOf } from './lane-scene.ts';

/** A member of a group whose coordinator and records the test plays. */
export class FakeSource implements Source {
  readonly events: SourceEvents;
  isJoined = false;
  turns = 0;
  /** Where the partition ends. */
  high = 1_000n;
  /** Commits that were asked for, and what the coordinator answers to the next ones. */
  readonly commits: (readonly Commit[])[] = [];
  answer: () => Promise<CommitRefusals | undefined> = async () => new Map();

  constructor(events: SourceEvents) {
    this.events = events;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.isJoined = false;
  }

  commit(commits: readonly Commit[]): Promise<CommitRefusals | undefined> {
    this.commits.push(commits);
    return this.answer();
  }

  setPaused(): void {}

  seek(): void {}

  async inspect(): Promise<readonly PartitionState[]> {
    return [];
  }

  /** The group forms a generation in which these partitions of the topic are ours. */
  join(topic: string, committed: Assignment['committed'], partitions: readonly number[] = [0]): void {
    this.isJoined = true;
    const startOffset = committed.offset < 0n ? 0n : committed.offset;
    const state = { topic, low: 0n, high: this.high, topicId: undefined, startOffset, committed };
    this.events.assigned(partitions.map((partition) => ({ ...state, partition })));
  }

  async rejoin(topic: string, committed: Assignment['committed']): Promise<void> {
    await this.events.revoking();
    this.join(topic, committed);
  }

  /** Records from an offset on. */
  deliver(at: TopicPartition, from: number, count: number): void {
    const records = Array.from({ length: count }, (_, index) => recordOf(from + index));
    this.events.records(at, BigInt(from), { records, nextOffset: BigInt(from + count), highWatermark: this.high });
  }
}
