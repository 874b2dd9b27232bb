import type { KafkaClientConfig, TopicsConfig } from '@millrace/connector-config';
import { type TopicChoice, topicChooser } from '@millrace/connector-config';
import { createKafka } from '@millrace/kafka';
import { type FetchedRecords, partitionId, type TopicPartition } from '@millrace/lanes';
import { GroupMember } from '../src/group-member.ts';
import { type Assignment, KafkaSource, type SourceEvents } from '../src/kafka-source.ts';
import type { Commit } from '../src/offset-commit.ts';
import { silentLogger } from './broker.ts';
import { connectorConfig, topicsListed } from './connector-config.ts';

/** A source whose events are kept, in order, for the test to look at. */
export class SourceProbe implements SourceEvents {
  readonly source: KafkaSource;
  readonly log: string[];
  readonly values: string[] = [];
  readonly outOfRange: string[] = [];
  readonly crashes: unknown[] = [];
  readonly recreated: string[] = [];
  /** Topics that it subscribed to, and how often it said that they are others now. */
  topics: readonly string[] = [];
  changes = 0;
  readonly fetched: FetchedRecords[] = [];
  /** By partition: the offset after what was delivered. */
  readonly positions = new Map<string, bigint>();
  /** By partition: its end, as the answer to the last fetch told it. */
  readonly ends = new Map<string, bigint>();
  assignments: readonly Assignment[] = [];
  /** What `revoking` commits, and whether that was accepted. */
  commitOnRevoke: Commit[] = [];
  acceptedOnRevoke: boolean[] = [];
  onAssigned: () => void = () => {};
  onRevoking: () => Promise<void> = async () => {};
  readonly #name: string;

  constructor(
    bootstrap: string,
    config: KafkaClientConfig,
    topics: string[] | TopicsConfig,
    name = 'a',
    log: string[] = [],
    member = new GroupMember(),
  ) {
    const chosen = Array.isArray(topics) ? topicsListed(...topics) : topics;
    const choose = topicChooser(connectorConfig('probe', [], { topics: chosen }));
    const { refreshIntervalMs } = chosen;
    this.source = new KafkaSource(
      createKafka([bootstrap], config, silentLogger),
      config,
      { choose, refreshIntervalMs },
      member,
      this,
    );
    this.#name = name;
    this.log = log;
  }

  get starts(): Record<string, number> {
    const entries = this.assignments.map((each) => [partitionId(each), Number(each.startOffset)] as const);
    return Object.fromEntries(entries.sort());
  }

  chosen({ topics }: TopicChoice): void {
    this.topics = topics;
  }

  topicsChanged(): void {
    this.changes += 1;
  }

  topicsUnknown(error: unknown): void {
    this.log.push(`${this.#name} cannot list topics: ${error}`);
  }

  assigned(assignments: readonly Assignment[]): void {
    this.log.push(`${this.#name} assigned ${assignments.length}`);
    this.assignments = assignments;
    this.onAssigned();
  }

  records(at: TopicPartition, _fetchedFrom: bigint, fetched: FetchedRecords): void {
    this.fetched.push(fetched);
    this.values.push(...fetched.records.map(({ value }) => String(value)));
    this.positions.set(partitionId(at), fetched.nextOffset);
  }

  topicsRecreated(topics: readonly string[]): void {
    this.recreated.push(...topics);
  }

  fetchAnswered(at: TopicPartition, highWatermark: bigint): void {
    this.ends.set(partitionId(at), highWatermark);
  }

  offsetOutOfRange(at: TopicPartition): void {
    this.outOfRange.push(partitionId(at));
    this.source.setPaused(at, true);
  }

  async revoking(): Promise<void> {
    this.log.push(`${this.#name} revoking`);
    await this.onRevoking();
    if (this.commitOnRevoke.length > 0)
      this.acceptedOnRevoke.push((await this.source.commit(this.commitOnRevoke))?.size === 0);
  }

  crashed(error: unknown): void {
    this.crashes.push(error);
  }
}
