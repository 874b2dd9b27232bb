import type { Cancel, Clock } from '@millrace/delivery';
import type { History } from '../history.ts';
import type { Random } from '../world/random.ts';

/** Codes of Kafka's protocol. */
export type GroupErrorCode = 'UNKNOWN_MEMBER_ID' | 'ILLEGAL_GENERATION' | 'REBALANCE_IN_PROGRESS';

export class GroupError extends Error {
  readonly code: GroupErrorCode;

  constructor(code: GroupErrorCode) {
    super(code);
    this.code = code;
  }
}

export interface Membership {
  readonly memberId: string;
  readonly generation: number;
  readonly partitions: readonly number[];
}

export interface PartitionCommit {
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string | null;
}

interface Member {
  readonly id: string;
  readonly process: string;
  /** Waits for the generation that is being formed. */
  joined: ((membership: Membership) => void) | undefined;
  cancelExpiry: Cancel;
}

export interface CoordinatorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly history: History;
  readonly partitionCount: number;
  readonly sessionTimeoutMs: number;
}

/** As the consumers ask for it (apps/consumer, kafka-source.ts). */
const rebalanceTimeoutMs = 60_000;

/**
 * The coordinator of one consumer group with eager rebalancing: members, generations and committed offsets. A commit
 * counts only under the generation that is valid; while the next one forms that is still the old one.
 */
export class GroupCoordinator {
  readonly #options: CoordinatorOptions;
  readonly #members = new Map<string, Member>();
  readonly #committed = new Map<number, PartitionCommit>();
  #generation = 0;
  #membersEver = 0;
  #isForming = false;
  #cancelForming: Cancel = () => {};

  constructor(options: CoordinatorOptions) {
    this.#options = options;
  }

  committed(partition: number): PartitionCommit | undefined {
    return this.#committed.get(partition);
  }

  /** Calls back once the next generation has formed. @throws GroupError */
  join(memberId: string | undefined, process: string, joined: (membership: Membership) => void): void {
    const member = memberId === undefined ? this.#newMember(process) : this.#member(memberId);
    member.joined = joined;
    // Who waits for the generation is not expected to send heartbeats.
    member.cancelExpiry();
    this.#form();
    this.#completeIfAllJoined();
  }

  /** @throws GroupError, also when a new generation forms: the member has to join it */
  heartbeat(memberId: string, generation: number): void {
    this.#checked(memberId, generation);
    if (this.#isForming) throw new GroupError('REBALANCE_IN_PROGRESS');
  }

  leave(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member) this.#remove(member);
  }

  /** @throws GroupError */
  commit(memberId: string, generation: number, commits: readonly PartitionCommit[]): void {
    const { process } = this.#checked(memberId, generation);
    for (const commit of commits) {
      this.#committed.set(commit.partition, commit);
      this.#options.history.add({ kind: 'commit', process, generation, ...commit });
    }
  }

  /** Makes all members join anew, as a change of the topic does. */
  rebalance(): void {
    if (this.#members.size > 0) this.#form();
  }

  #newMember(process: string): Member {
    this.#membersEver += 1;
    const member: Member = { id: `member-${this.#membersEver}`, process, joined: undefined, cancelExpiry: () => {} };
    this.#members.set(member.id, member);
    return member;
  }

  #member(memberId: string): Member {
    const member = this.#members.get(memberId);
    if (!member) throw new GroupError('UNKNOWN_MEMBER_ID');
    return member;
  }

  #checked(memberId: string, generation: number): Member {
    const member = this.#member(memberId);
    if (generation !== this.#generation) throw new GroupError('ILLEGAL_GENERATION');
    this.#touch(member);
    return member;
  }

  #touch(member: Member): void {
    const { clock, sessionTimeoutMs } = this.#options;
    member.cancelExpiry();
    member.cancelExpiry = clock.after(sessionTimeoutMs, () => this.#remove(member));
  }

  #remove(member: Member): void {
    member.cancelExpiry();
    if (!this.#members.delete(member.id)) return;
    if (this.#members.size === 0) this.#stopForming();
    else this.#form();
    this.#completeIfAllJoined();
  }

  #form(): void {
    if (this.#isForming) return;
    this.#isForming = true;
    this.#cancelForming = this.#options.clock.after(rebalanceTimeoutMs, () => {
      for (const member of [...this.#members.values()]) if (!member.joined) this.#remove(member);
    });
  }

  #stopForming(): void {
    this.#isForming = false;
    this.#cancelForming();
  }

  #completeIfAllJoined(): void {
    const members = [...this.#members.values()];
    if (!this.#isForming || members.length === 0 || members.some(({ joined }) => !joined)) return;
    this.#stopForming();
    this.#generation += 1;
    const first = this.#options.random.int(0, members.length - 1);
    const { partitionCount } = this.#options;
    for (const [index, member] of members.entries()) {
      const partitions = Array.from({ length: partitionCount }, (_, partition) => partition).filter(
        (partition) => (partition + first) % members.length === index,
      );
      const { joined } = member;
      member.joined = undefined;
      this.#touch(member);
      joined?.({ memberId: member.id, generation: this.#generation, partitions });
    }
  }
}
