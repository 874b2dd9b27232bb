import { OpenLane } from '@millrace/contracts';
import { Backoff, ManualClock } from '@millrace/delivery';
import type { KafkaRecord } from '@millrace/lanes';
import { createLogger } from '@millrace/service';
import { Counters } from '../src/counters.ts';
import { DeadLetterLimit, type LimitOptions } from '../src/dead-letter-limit.ts';
import { LaneEvents } from '../src/events.ts';
import { Lane, type LaneCommit } from '../src/lane.ts';
import type { LaneOptions } from '../src/lane-options.ts';
import { PossibleDuplicates } from '../src/possible-duplicates.ts';
import { ReadBudget } from '../src/read-budget.ts';
import { Settlement } from '../src/settlement.ts';
import { Totals } from '../src/totals.ts';
import { FakeDeadLetters } from './fake-dead-letters.ts';
import { FakeValidator } from './fake-validator.ts';

/** Two records a batch, two batches in the window; times are easy to tell apart. */
export const laneOptions: LaneOptions = {
  window: { batches: 2, bytes: 1_000_000 },
  batchBytesMax: 100_000,
  batchRecordsMax: 2,
  bufferBytesMax: 1_000_000,
  writeTimeoutMs: 10_000,
  reserveMs: 15_000,
  quietMarginMs: 2_000,
  backoff: { minMs: 100, maxMs: 1_600 },
  operatorProbeMs: 5_000,
  idleStreamMs: 20_000,
  openTimeoutMs: 30_000,
  stopAtRejection: false,
  maskValues: false,
};

const events = (counters: Counters, duplicates: PossibleDuplicates, clock: ManualClock) =>
  new LaneEvents(
    { connector: 'test', groupId: 'connect-test', logRejections: false },
    createLogger('test', 'silent'),
    counters,
    duplicates,
    { totals: new Totals(), flow: { answered() {} }, clock },
  );

const noLimits: LimitOptions = { runMax: 0, sharePercentMax: 100 };

/** One lane of its own between a source, a validator and a dead letter topic that the test plays. */
export class LaneScene {
  readonly clock: ManualClock;
  readonly validator = new FakeValidator();
  readonly letters = new FakeDeadLetters();
  readonly counters = new Counters();
  readonly duplicates = new PossibleDuplicates();
  /** Every time the lane asked for more (false) or for no more (true). */
  readonly pauses: boolean[] = [];
  readonly lane: Lane;
  reservationsAsked = 0;
  #next = 0;

  /** `reserved` false: the test reserves the partition by itself. A budget is shared with a clock. */
  constructor(
    options: Partial<LaneOptions> = {},
    reserved = true,
    limits: LimitOptions = noLimits,
    clock = new ManualClock(),
    budget = new ReadBudget(Number.MAX_SAFE_INTEGER, clock),
  ) {
    this.clock = clock;
    const all = { ...laneOptions, ...options };
    const { validator } = this;
    const told = events(this.counters, this.duplicates, clock);
    const committed = { offset: 0n, metadata: null };
    const ends = { low: 0n, high: 0n, topicId: undefined };
    this.lane = new Lane({ topic: 'docs', partition: 3, ...ends, startOffset: 0n, committed }, OpenLane.create(), all, {
      clock,
      openStream: validator.open,
      events: told,
      settlement: new Settlement({
        clock,
        events: told,
        deadLetters: all.stopAtRejection ? undefined : this.letters,
        limit: new DeadLetterLimit(limits),
        backoff: new Backoff({ minMs: 1_000, maxMs: 8_000 }),
      }),
      budget,
      setPaused: (paused) => this.pauses.push(paused),
      reserve: () => {
        this.reservationsAsked += 1;
      },
    });
    if (reserved) this.reserve(Number.MAX_SAFE_INTEGER);
  }

  /** The broker acknowledges a commit of the watermark with this reservation. */
  reserve(reservedUntilMs: number): void {
    this.lane.committed({ lane: this.lane, offset: this.lane.watermark, reservedUntilMs });
  }

  /** The broker acknowledges the commit that is due now, if one is. */
  commit(): LaneCommit | undefined {
    const due = this.lane.dueCommit(true);
    if (due) this.lane.committed(due);
    return due;
  }

  /** The next `count` records come from Kafka, with values of `bytes`. */
  fetch(count: number, bytes = 10): void {
    const records = Array.from({ length: count }, (_, i) => recordOf(this.#next + i, bytes));
    this.#next += count;
    this.lane.offer({ records, nextOffset: BigInt(this.#next), highWatermark: BigInt(this.#next) });
  }

  /** A fetch of nothing but `count` control records. */
  fetchControls(count: number): void {
    this.#next += count;
    this.lane.offer({ records: [], nextOffset: BigInt(this.#next), highWatermark: BigInt(this.#next) });
  }

  get stream() {
    return this.validator.stream;
  }

  get watermark(): number {
    return Number(this.lane.watermark);
  }

  /** What the counters cannot explain; zero at all times. */
  get unaccounted(): number {
    const { read, written, superseded, deleted, filtered, deadLettered, released } = this.counters;
    const underWay = this.lane.status.phase === 'closed' ? 0 : this.lane.unsettledRecords;
    return read - written - superseded - deleted - filtered - deadLettered - released - underWay;
  }
}

export function recordOf(offset: number, bytes = 10): KafkaRecord {
  return {
    offset: BigInt(offset),
    timestampMs: 1_700_000_000_000n + BigInt(offset),
    key: null,
    value: Buffer.alloc(bytes, offset % 256),
    headers: [],
  };
}
