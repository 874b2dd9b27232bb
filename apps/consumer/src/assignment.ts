import { randomUUID } from 'node:crypto';
import type { ConnectorConfig } from '@millrace/connector-config';
import { Backoff, type Clock } from '@millrace/delivery';
import type { DeadLetters } from './dead-letters.ts';
import type { LaneEvents } from './events.ts';
import { partitionId, type TopicPartition } from './kafka-record.ts';
import type { Assignment, Commit } from './kafka-source.ts';
import { Lane } from './lane.ts';
import type { LaneOptions } from './lane-options.ts';
import { openLaneOf } from './open-lane.ts';
import { Settlement } from './settlement.ts';
import type { OpenLaneStream } from './validator-client.ts';
import { within } from './within.ts';

export interface AssignmentDependencies {
  readonly config: ConnectorConfig;
  readonly options: LaneOptions;
  readonly clock: Clock;
  readonly events: LaneEvents;
  readonly openStream: OpenLaneStream;
  readonly deadLetters: DeadLetters | undefined;
  readonly setPaused: (at: TopicPartition, paused: boolean) => void;
}

/** The lanes of one connector in this process, over the generations of its consumer group. */
export class AssignedLanes {
  readonly #parts: AssignmentDependencies;
  #lanes = new Map<string, Lane>();
  /** By partition: when writes of its last lane can no longer take effect. */
  readonly #quietFromMs = new Map<string, number>();
  /** What this process has committed of its present lanes. */
  #committed = new Map<string, bigint>();

  constructor(parts: AssignmentDependencies) {
    this.#parts = parts;
  }

  get all(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  lane(at: TopicPartition): Lane | undefined {
    return this.#lanes.get(partitionId(at));
  }

  /** Opens a lane for each partition; one that this process had before waits for its own late writes. */
  open(assignments: readonly Assignment[]): void {
    this.close();
    for (const assignment of assignments) {
      const lane = this.#create(assignment);
      this.#lanes.set(partitionId(assignment), lane);
      lane.waitUntil(this.#quietFromMs.get(partitionId(assignment)) ?? 0);
    }
  }

  /** Watermarks that are not committed yet. */
  commits(): readonly Commit[] {
    return this.all
      .filter((lane) => this.#committed.get(partitionId(lane.at)) !== lane.watermark)
      .map((lane) => ({ ...lane.at, offset: lane.watermark }));
  }

  committed(commits: readonly Commit[]): void {
    for (const commit of commits) this.#committed.set(partitionId(commit), commit.offset);
  }

  /** Waits until nothing is under way, `timeoutMs` at most. */
  async drain(timeoutMs: number): Promise<void> {
    await within(timeoutMs, Promise.all(this.all.map((lane) => lane.drain())), this.#parts.clock);
  }

  close(): void {
    const now = this.#parts.clock.now();
    for (const [id, quietFromMs] of this.#quietFromMs) {
      if (quietFromMs + this.#parts.options.quietMarginMs < now) this.#quietFromMs.delete(id);
    }
    for (const [id, lane] of this.#lanes) {
      const quietFromMs = lane.close();
      if (quietFromMs > 0) this.#quietFromMs.set(id, quietFromMs);
    }
    this.#lanes = new Map();
    this.#committed = new Map();
  }

  #create(assignment: Assignment): Lane {
    const { config, options, clock, events, openStream, deadLetters, setPaused } = this.#parts;
    const probeMs = options.operatorProbeMs;
    const backoff = new Backoff({ minMs: probeMs, maxMs: Math.max(probeMs, 60_000) });
    return new Lane(assignment, openLaneOf(config, assignment, randomUUID()), options, {
      clock,
      openStream,
      events,
      settlement: new Settlement({ clock, events, deadLetters, backoff }),
      setPaused: (paused) => setPaused(assignment, paused),
    });
  }
}
