import type {
  Assignment,
  Commit,
  CommitRefusals,
  CommittedOffset,
  PartitionState,
  Source,
  SourceEvents,
} from '@millrace/consumer/parts';
import type { Cancel } from '@millrace/delivery';
import type { TopicPartition } from '@millrace/lanes';
import type { History } from '../history.ts';
import type { Random } from '../world/random.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import { type GroupCoordinator, GroupError, type Membership } from './group-coordinator.ts';
import { type RecordLog, topic, topicId } from './record-log.ts';

export interface GroupSourceOptions {
  readonly process: SimulatedProcess;
  readonly log: RecordLog;
  readonly coordinator: GroupCoordinator;
  readonly link: CoordinatorLink;
  readonly random: Random;
  readonly history: History;
  readonly heartbeatIntervalMs: number;
  /** No fetch is ever slow. */
  readonly isCalm: boolean;
}

interface Position {
  offset: number;
  isPaused: boolean;
  isFetching: boolean;
}

/** Heartbeats in a row without an answer after which kafkajs gives up. */
const silentHeartbeatsMax = 2;

/** Longest wait for the group to let a stopping member go. */
const leaveTimeoutMs = 1_000;

/**
 * A member of the simulated group with the behaviour of KafkaSource over kafkajs: it drains before it rejoins, reads the
 * committed offsets after it has joined, delivers fetches of an earlier generation late, and dies of errors that it
 * cannot place.
 */
export class GroupSource implements Source {
  readonly #options: GroupSourceOptions;
  readonly #events: SourceEvents;
  #memberId: string | undefined;
  /** Undefined before the join and while the group rebalances. */
  #group: Membership | undefined;
  /** Whether it was a member at all: only then there is something to give back before a join. */
  #hasJoined = false;
  #positions = new Map<number, Position>();
  #silentHeartbeats = 0;
  #turns = 0;
  #isRejoining = false;
  #isOver = false;
  #cancelHeartbeat: Cancel = () => {};
  readonly #forgetLog: () => void;

  constructor(options: GroupSourceOptions, events: SourceEvents) {
    this.#options = options;
    this.#events = events;
    this.#forgetLog = options.log.onGrown((partition) => this.#fetch(partition));
  }

  get isJoined(): boolean {
    return this.#group !== undefined;
  }

  get turns(): number {
    return this.#turns;
  }

  async inspect(partitions: readonly TopicPartition[]): Promise<readonly PartitionState[]> {
    const { link, process } = this.#options;
    return link.ask(process, (answer) => answer(partitions.map(({ partition }) => this.#stateOf(partition))));
  }

  async start(): Promise<void> {
    const { link, process } = this.#options;
    await link.ask(process, (answer: (value: undefined) => void) => answer(undefined));
    if (this.#isOver) throw new Error('stopped while starting');
    this.#events.chosen({ topics: [topic], clashes: new Map() });
    await this.#rejoin();
    this.#scheduleHeartbeat();
  }

  async stop(): Promise<void> {
    const { link, process, coordinator } = this.#options;
    this.#end();
    const memberId = this.#memberId;
    if (memberId === undefined) return;
    const left = (answer: (value: undefined) => void) => {
      coordinator.leave(memberId);
      answer(undefined);
    };
    await link.ask(process, left, leaveTimeoutMs).catch(() => {});
  }

  async commit(commits: readonly Commit[]): Promise<CommitRefusals | undefined> {
    const group = this.#group;
    if (!group) return undefined;
    const { link, process, coordinator, history } = this.#options;
    const all = commits.map(({ partition, offset, metadata }) => ({ partition, offset: Number(offset), metadata }));
    try {
      await link.commit(process, () => coordinator.commit(group.memberId, group.generation, all));
    } catch (error) {
      history.add({ kind: 'commit refused', process: process.name, why: String(error) });
      throw error;
    }
    return new Map();
  }

  setPaused({ partition }: TopicPartition, paused: boolean): void {
    const position = this.#positions.get(partition);
    if (!position) return;
    position.isPaused = paused;
    this.#fetch(partition);
  }

  seek({ partition }: TopicPartition, offset: bigint): void {
    const position = this.#positions.get(partition);
    if (!position) return;
    position.offset = Number(offset);
    this.#fetch(partition);
  }

  #end(): void {
    this.#isOver = true;
    this.#group = undefined;
    this.#cancelHeartbeat();
    this.#forgetLog();
  }

  #crash(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#events.crashed(error);
  }

  async #rejoin(): Promise<void> {
    this.#isRejoining = true;
    this.#turns += 1;
    try {
      if (this.#hasJoined && !this.#isOver) await this.#events.revoking();
      this.#group = undefined;
      const membership = await this.#join();
      const committed = await this.#committed(membership.partitions);
      if (this.#isOver) {
        await this.stop();
        return;
      }
      this.#assign(membership, committed);
    } catch (error) {
      if (error instanceof GroupError && !this.#isOver) {
        this.#memberId = undefined;
        await this.#rejoin();
      } else this.#crash(error);
    } finally {
      this.#isRejoining = false;
    }
  }

  async #join(): Promise<Membership> {
    const { link, process, coordinator } = this.#options;
    const membership = await link.ask<Membership>(
      process,
      (answer) => coordinator.join(this.#memberId, process.name, answer),
      // The coordinator answers when everybody has joined.
      65_000,
    );
    this.#memberId = membership.memberId;
    return membership;
  }

  async #committed(partitions: readonly number[]): Promise<ReadonlyMap<number, CommittedOffset>> {
    const { link, process, coordinator } = this.#options;
    return link.ask(process, (answer) => {
      const known = partitions.map((partition) => {
        const { offset, metadata } = coordinator.committed(partition) ?? { offset: -1, metadata: null };
        return [partition, { offset: BigInt(offset), metadata }] as const;
      });
      answer(new Map(known));
    });
  }

  #assign(membership: Membership, committed: ReadonlyMap<number, CommittedOffset>): void {
    const { process, history } = this.#options;
    const { generation, partitions } = membership;
    const assignments = partitions.map((partition): Assignment => {
      const known = committed.get(partition) ?? { offset: -1n, metadata: null };
      const startOffset = known.offset < 0n ? 0n : known.offset;
      return { ...this.#stateOf(partition), startOffset, committed: known };
    });
    this.#group = membership;
    this.#hasJoined = true;
    this.#silentHeartbeats = 0;
    this.#positions = new Map(
      assignments.map(({ partition, startOffset }) => {
        // A fetch of the generation before is still under way.
        const isFetching = this.#positions.get(partition)?.isFetching ?? false;
        return [partition, { offset: Number(startOffset), isPaused: false, isFetching }];
      }),
    );
    history.add({ kind: 'assigned', process: process.name, generation, partitions });
    this.#events.assigned(assignments);
    for (const partition of partitions) this.#fetch(partition);
  }

  #stateOf(partition: number): PartitionState {
    return { topic, partition, low: 0n, high: BigInt(this.#options.log.end(partition)), topicId };
  }

  #scheduleHeartbeat(): void {
    if (this.#isOver) return;
    const { process, heartbeatIntervalMs } = this.#options;
    this.#cancelHeartbeat = process.after(heartbeatIntervalMs, () => void this.#heartbeat());
  }

  async #heartbeat(): Promise<void> {
    const group = this.#group;
    if (group && !this.#isRejoining) {
      try {
        await this.#beat(group);
        this.#silentHeartbeats = 0;
        this.#pollInVain();
      } catch (error) {
        await this.#heartbeatFailed(error);
      }
    }
    this.#scheduleHeartbeat();
  }

  async #beat({ memberId, generation }: Membership): Promise<void> {
    const { link, process, coordinator } = this.#options;
    await link.ask(process, (answer: (value: undefined) => void) => {
      coordinator.heartbeat(memberId, generation);
      answer(undefined);
    });
  }

  async #heartbeatFailed(error: unknown): Promise<void> {
    if (this.#isOver) return;
    if (error instanceof GroupError) {
      if (error.code !== 'REBALANCE_IN_PROGRESS') this.#memberId = undefined;
      await this.#rejoin();
      return;
    }
    this.#silentHeartbeats += 1;
    if (this.#silentHeartbeats >= silentHeartbeatsMax) this.#crash(error);
  }

  /** Stands for the long polls that bring nothing: in kafkajs it is their loop that sends the heartbeats. */
  #pollInVain(): void {
    this.#turns += 1;
    for (const [partition, { isPaused, isFetching }] of this.#positions) {
      if (!isPaused && !isFetching) this.#fetchAnswered(partition);
    }
  }

  #fetchAnswered(partition: number): void {
    this.#events.fetchAnswered({ topic, partition }, BigInt(this.#options.log.end(partition)));
  }

  #fetch(partition: number): void {
    const { process, log, random, isCalm } = this.#options;
    const position = this.#positions.get(partition);
    if (!position || !this.#group || position.isPaused || position.isFetching) return;
    if (position.offset >= log.end(partition)) return;
    position.isFetching = true;
    const from = position.offset;
    process.after(isCalm || random.chance(0.95) ? random.int(1, 20) : random.int(100, 3_000), () => {
      this.#deliver(partition, from, log.fetch(partition, from, random.int(1, 25)));
    });
  }

  #deliver(partition: number, from: number, fetched: ReturnType<RecordLog['fetch']>): void {
    const position = this.#positions.get(partition);
    if (!position || this.#isOver) return;
    position.isFetching = false;
    // As kafkajs does, also for a fetch of the generation before; who sees that it is one seeks back.
    position.offset = Number(fetched.nextOffset);
    const offsets = fetched.records.map(({ offset }) => Number(offset));
    this.#options.history.add({ kind: 'read', process: this.#options.process.name, partition, offsets });
    this.#turns += 1;
    this.#fetchAnswered(partition);
    this.#events.records({ topic, partition }, BigInt(from), fetched);
    this.#fetch(partition);
  }
}
