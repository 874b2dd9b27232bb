import { randomUUID } from 'node:crypto';
import type { ConnectorConfig } from '@millrace/connector-config';
import { Backoff, type Clock } from '@millrace/delivery';
import { openLaneOf, partitionId, type TopicPartition } from '@millrace/lanes';
import type { DeadLetterWriter } from './connector-kafka.ts';
import { DeadLetterLimit, limitOptionsOf } from './dead-letter-limit.ts';
import type { LaneEvents } from './events.ts';
import type { Assignment } from './kafka-source.ts';
import { Lane, type LaneCommit } from './lane.ts';
import type { LaneOptions } from './lane-options.ts';
import { offsetGone } from './lane-problem.ts';
import type { Commit } from './offset-commit.ts';
import { offsetLoss } from './offset-loss.ts';
import type { ReadBudget } from './read-budget.ts';
import { metadataOf, reservationIn, takeoverWaitMs } from './reservation.ts';
import { Settlement } from './settlement.ts';
import type { OpenLaneStream } from './validator-client.ts';
import { within } from './within.ts';

export interface AssignmentDependencies {
  readonly config: ConnectorConfig;
  readonly options: LaneOptions;
  readonly clock: Clock;
  readonly events: LaneEvents;
  readonly openStream: OpenLaneStream;
  readonly deadLetters: DeadLetterWriter | undefined;
  readonly budget: ReadBudget;
  readonly setPaused: (at: TopicPartition, paused: boolean) => void;
  /** Reading goes on at another offset than the committed one. */
  readonly seek: (at: TopicPartition, offset: bigint) => void;
  /** A lane needs a commit that reserves its partition for longer. */
  readonly reserve: () => void;
}

/** Within this all lanes are opened anew when schema-validators have come, milliseconds. */
const spreadMs = 1_000;

/** The lanes of one connector in this process, over the generations of its consumer group. */
export class AssignedLanes {
  readonly #parts: AssignmentDependencies;
  #lanes = new Map<string, Lane>();
  /** By partition: when writes of its last lane can no longer take effect. */
  readonly #quietFromMs = new Map<string, number>();
  /** By partition: its lane's last limit, so that a rebalance lets no more dead letters through. */
  readonly #limits = new Map<string, DeadLetterLimit>();
  /** By topic: the id of the one that was read last. */
  readonly #topicIds = new Map<string, string>();
  /** By partition: why it halted. Its offset may exist again by now, and is still not the one that was meant. */
  readonly #lost = new Map<string, string>();
  /** By partition: the commit whose doubt was told last, so that it is told once. */
  readonly #toldDoubts = new Map<string, string>();
  /** Of this process, in the metadata of its commits. */
  readonly #session = randomUUID();

  constructor(parts: AssignmentDependencies) {
    this.#parts = parts;
  }

  get all(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  lane(at: TopicPartition): Lane | undefined {
    return this.#lanes.get(partitionId(at));
  }

  /** Opens a lane for each partition. It waits for the late writes of its former owner, this process included. */
  open(assignments: readonly Assignment[]): void {
    this.close();
    const { clock, options, events } = this.#parts;
    for (const given of assignments) {
      const loss = this.#lost.get(partitionId(given)) ?? offsetLoss(given, this.#topicIds.get(given.topic));
      const assignment = loss === undefined ? given : this.#reset(given, loss);
      const lane = this.#create(assignment ?? given);
      this.#lanes.set(partitionId(given), lane);
      if (loss !== undefined && !assignment) {
        lane.halt(offsetGone(loss, clock.now()));
        continue;
      }
      const ownMs = this.#quietFromMs.get(partitionId(given)) ?? 0;
      const waitMs = takeoverWaitMs(given.committed, this.#session, clock.now(), options.reserveMs);
      if (waitMs > clock.now()) events.takeoverWaits(given, waitMs - clock.now());
      if (loss === undefined) this.#tellDoubt(given);
      lane.waitUntil(Math.max(ownMs, waitMs), waitMs > ownMs ? 'former_owner' : 'own_writes');
    }
    for (const { at, topicId, isLost } of this.all) {
      if (topicId !== undefined && !isLost) this.#topicIds.set(at.topic, topicId);
    }
  }

  /** Insert mode: what the former owner may have written beyond its last commit is written again. */
  #tellDoubt({ topic, partition, high, committed: { offset, metadata } }: Assignment): void {
    const id = partitionId({ topic, partition });
    const inDoubt = reservationIn(metadata)?.inDoubt;
    if (!inDoubt || metadata === null || this.#toldDoubts.get(id) === `${offset} ${metadata}`) return;
    this.#toldDoubts.set(id, `${offset} ${metadata}`);
    const endOffset = inDoubt.endOffset < high ? inDoubt.endOffset : high;
    if (endOffset <= offset) return;
    const range = { firstOffset: offset, lastOffset: endOffset - 1n, records: Number(endOffset - offset) };
    this.#parts.events.mayRepeat({ topic, partition, ...range, reason: inDoubt.reason }, this.#parts.clock.now());
  }

  /** What to read instead, if behavior.on.lost.offset says so. */
  #reset(given: Assignment, loss: string): Assignment | undefined {
    const { config, seek, events } = this.#parts;
    if (config.lostOffset === 'fail') return undefined;
    const startOffset = config.lostOffset === 'earliest' ? given.low : given.high;
    events.offsetReset(given, loss, startOffset);
    seek(given, startOffset);
    return { ...given, startOffset };
  }

  /** Commits that are due; of watermarks that have moved, only where asked for. */
  dueCommits(withWatermarks: boolean): readonly LaneCommit[] {
    return this.all.flatMap((lane) => lane.dueCommit(withWatermarks) ?? []);
  }

  /** The last commits of these lanes. */
  releasingCommits(): readonly LaneCommit[] {
    return this.all.flatMap((lane) => lane.releasingCommit() ?? []);
  }

  /** As the source commits them. */
  toCommit({ lane, offset, reservedUntilMs: untilMs, inDoubt }: LaneCommit): Commit {
    const metadata = metadataOf({ untilMs, session: this.#session, topicId: lane.topicId, inDoubt });
    return { ...lane.at, offset, metadata };
  }

  /** Waits until nothing is under way, `timeoutMs` at most. */
  async drain(timeoutMs: number): Promise<void> {
    await within(timeoutMs, Promise.all(this.all.map((lane) => lane.drain())), this.#parts.clock);
  }

  /** Opens lanes anew, one after the other, as long as `isUneven` says that this would spread them better. */
  spread(isUneven: () => boolean): void {
    const lanes = this.all;
    for (const [index, lane] of lanes.entries()) {
      this.#parts.clock.after((index * spreadMs) / lanes.length, () => {
        if (isUneven()) lane.reopen();
      });
    }
  }

  close(): void {
    const now = this.#parts.clock.now();
    for (const [id, quietFromMs] of this.#quietFromMs) {
      if (quietFromMs + this.#parts.options.quietMarginMs < now) this.#quietFromMs.delete(id);
    }
    for (const [id, lane] of this.#lanes) {
      if (lane.isLost && lane.problem) this.#lost.set(id, lane.problem.message);
      const quietFromMs = lane.close();
      if (quietFromMs > 0) this.#quietFromMs.set(id, quietFromMs);
    }
    this.#lanes = new Map();
  }

  /** The one that stopped the partition's lane where this one begins; it stops it again. */
  #limitFor(assignment: Assignment): DeadLetterLimit {
    const id = partitionId(assignment);
    const earlier = this.#limits.get(id);
    if (earlier?.refusedAt === assignment.startOffset) return earlier;
    const limit = new DeadLetterLimit(limitOptionsOf(this.#parts.config.errors));
    this.#limits.set(id, limit);
    return limit;
  }

  #create(assignment: Assignment): Lane {
    const { config, options, clock, events, openStream, deadLetters, budget, setPaused, reserve } = this.#parts;
    const probeMs = options.operatorProbeMs;
    const backoff = new Backoff({ minMs: probeMs, maxMs: Math.max(probeMs, 60_000) });
    return new Lane(assignment, openLaneOf(config, assignment, randomUUID()), options, {
      clock,
      openStream,
      events,
      budget,
      settlement: new Settlement({ clock, events, deadLetters, backoff, limit: this.#limitFor(assignment) }),
      setPaused: (paused) => setPaused(assignment, paused),
      reserve,
    });
  }
}
