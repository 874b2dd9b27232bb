import { InsertMode, type OpenLane, type Outcome, RecordOptions } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import {
  type FetchedRecords,
  type KafkaRecord,
  type LanePlace,
  partitionId,
  sentBytes,
  type Travelling,
  travelling,
} from '@millrace/lanes';
import type { LaneEvents } from './events.ts';
import { InsertBound } from './insert-bound.ts';
import type { Assignment } from './kafka-source.ts';
import type { LaneOptions } from './lane-options.ts';
import { type LaneProblem, noReservation } from './lane-problem.ts';
import { type BatchFlow, LaneSender, type WaitReason } from './lane-sender.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { tooLarge } from './outcome-checks.ts';
import { OutgoingBatch } from './outgoing-batch.ts';
import type { ReadBudget, Reader } from './read-budget.ts';
import { RecordQueue } from './record-queue.ts';
import { type InDoubt, LaneReservation } from './reservation.ts';
import type { Settlement } from './settlement.ts';
import type { OpenLaneStream } from './validator-client.ts';

export interface LaneDependencies {
  readonly clock: Clock;
  readonly openStream: OpenLaneStream;
  readonly settlement: Settlement;
  readonly events: LaneEvents;
  /** Of the process, for what its lanes hold. */
  readonly budget: ReadBudget;
  /** Asks the source for more, or for no more, of this partition. */
  readonly setPaused: (paused: boolean) => void;
  /** Asks for a commit that reserves the partition for longer. */
  readonly reserve: () => void;
}

/** A watermark and the end of the reservation that goes with it, milliseconds since the Unix epoch; 0: released. */
export interface LaneCommit {
  /** The opening of the partition that it is for; a later one has a lane of its own. */
  readonly lane: Lane;
  readonly offset: bigint;
  readonly reservedUntilMs: number;
  /** Insert mode: what beyond the offset may be written by then; undefined: nothing. */
  readonly inDoubt?: InDoubt | undefined;
}

/** One partition of one connector: records in, in offset order; the watermark out. */
export class Lane implements BatchFlow, Reader {
  readonly at: LanePlace;
  /** Of the topic that it reads; undefined where the brokers tell none. */
  readonly topicId: string | undefined;
  readonly #travelling: Travelling;
  readonly #options: LaneOptions;
  readonly #parts: LaneDependencies;
  readonly #sender: LaneSender;
  readonly #queue: RecordQueue;
  readonly #reservation: LaneReservation;
  readonly #bound: InsertBound;
  readonly #tracker = new OffsetTracker();
  #fetchedTo: bigint;
  /** What this owner has committed; undefined before the first commit. */
  #committedOffset: bigint | undefined;
  #committedUntilMs = 0;
  #committedDoubt: InDoubt | undefined;
  #highWatermark = 0n;
  #fetches = 0;
  /** Of the record that was read last; undefined before the first. */
  #lastTimestampMs: number | undefined;
  /** Batches in Milvus whose dead letters are not acknowledged yet. */
  readonly #parked = new Set<OutgoingBatch>();
  #paused = false;
  #draining = false;
  /** Its offset means nothing any more, and is not committed. */
  #isLost = false;
  #onQuiet: (() => void)[] = [];

  constructor(assignment: Assignment, open: OpenLane, options: LaneOptions, parts: LaneDependencies) {
    const { topic, partition } = assignment;
    this.at = { topic, partition, collection: open.target?.collection ?? '' };
    this.#travelling = travelling(open.recordOptions ?? RecordOptions.create());
    this.#queue = new RecordQueue(this.#travelling);
    this.topicId = assignment.topicId;
    this.#fetchedTo = assignment.startOffset;
    this.#highWatermark = assignment.high;
    this.#options = options;
    this.#parts = parts;
    this.#reservation = new LaneReservation(parts.clock, parts.reserve);
    this.#bound = new InsertBound({ batches: options.window.batches, batchRecords: options.batchRecordsMax });
    this.#sender = new LaneSender(open, options, { ...parts, reservation: this.#reservation, flow: this });
    parts.budget.holds(this, 0);
  }

  /** Takes what a fetch from `nextFetchOffset` brought; perhaps nothing but control records, which are no records. */
  offer(fetched: FetchedRecords): void {
    if (this.#isOver) return;
    this.#queue.push(fetched.records);
    this.#highWatermark = fetched.highWatermark;
    this.#fetchedTo = fetched.nextOffset;
    const last = fetched.records.at(-1);
    if (last) this.#lastTimestampMs = Number(last.timestampMs);
    this.#parts.events.read(this.at, fetched.records.length);
    this.#sender.pump();
    this.look();
  }

  /** A fetch of the partition was answered, be it without a record. */
  fetched(highWatermark: bigint): void {
    this.#fetches += 1;
    this.#highWatermark = highWatermark;
  }

  /** The end of the partition as somebody else than a fetch has told it. */
  endsAt(offset: bigint): void {
    this.#highWatermark = offset;
  }

  /** Answers to fetches of the partition so far. */
  get fetches(): number {
    return this.#fetches;
  }

  /** Whether the partition is to be fetched now: it is neither paused for the lane's buffer nor stopped. */
  get isReading(): boolean {
    return !this.#paused && !this.#isOver;
  }

  /** Offsets known to be there and not fetched. */
  get unreadRecords(): bigint {
    return this.#highWatermark > this.#fetchedTo ? this.#highWatermark - this.#fetchedTo : 0n;
  }

  /** Offsets from the watermark to the end of the partition. */
  get lag(): number {
    return Math.max(0, Number(this.#highWatermark - this.watermark));
  }

  /**
   * Age of the oldest record that has no end yet, milliseconds; 0 where nothing is behind. While nothing of what is behind
   * has been read it is at most as old as the last record that was; undefined where none was.
   */
  lagMs(nowMs: number): number | undefined {
    if (this.lag === 0) return 0;
    const oldest = this.#batches[0]?.records[0] ?? this.#queue.first;
    const timestampMs = oldest ? Number(oldest.timestampMs) : this.#lastTimestampMs;
    return timestampMs === undefined ? undefined : Math.max(0, nowMs - timestampMs);
  }

  /** Whether records wait for room in the window. */
  get isHeldBack(): boolean {
    return this.#sender.isHeldBack;
  }

  /** Until when the partition is reserved for writes of this process; 0: it is not. */
  get reservedUntilMs(): number {
    return this.#reservation.untilMs;
  }

  /** Whether the offset at which it stands means nothing any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Where the next fetch has to begin, so that nothing is skipped and nothing read twice. */
  get nextFetchOffset(): bigint {
    return this.#fetchedTo;
  }

  /** The offset to commit: everything below it is in Milvus, in the dead letter topic, or was no record. */
  get watermark(): bigint {
    return this.#tracker.oldest ?? this.#queue.first?.offset ?? this.#fetchedTo;
  }

  get problem(): LaneProblem | undefined {
    return this.#sender.problem ?? this.#parts.settlement.problem ?? this.#reservationProblem;
  }

  get #reservationProblem(): LaneProblem | undefined {
    const { lack } = this.#reservation;
    return lack && !this.#isOver ? noReservation(partitionId(this.at), lack.why, lack.sinceMs) : undefined;
  }

  /** What it waits for before it sends anything; undefined when nothing. */
  get #waitsFor() {
    const reason = this.#sender.waitsFor ?? (this.#reservation.isWanted && !this.#isOver ? 'reservation' : undefined);
    return reason && { reason, untilMs: this.#sender.retryAtMs };
  }

  get status() {
    return {
      topic: this.at.topic,
      partition: this.at.partition,
      collection: this.at.collection,
      phase: this.#sender.phase,
      watermark: this.watermark,
      highWatermark: this.#highWatermark,
      lag: this.lag,
      unansweredBatches: this.#sender.unanswered,
      window: this.#sender.windowUse,
      unsettledRecords: this.unsettledRecords,
      bufferedBytes: this.#bufferedBytes,
      waitsFor: this.#waitsFor,
      problem: this.problem,
    };
  }

  /** Records read whose end is not known yet. */
  get unsettledRecords(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.recordCount, this.#queue.length);
  }

  /**
   * The commit that is due: the watermark, and a reservation for as long as there is work; undefined when none is. A
   * lane that drains has only its last one left, which must not be followed by a longer reservation.
   */
  dueCommit(withWatermark: boolean): LaneCommit | undefined {
    if (this.#draining || this.#isLost) return undefined;
    const { writeTimeoutMs, reserveMs } = this.#options;
    const now = this.#parts.clock.now();
    const isActive = this.unsettledRecords > 0 && !this.#isOver;
    // Renewed well before a batch would have to wait for it.
    const isShort = isActive && this.#reservation.untilMs < now + (writeTimeoutMs + reserveMs) / 2;
    const isChanged = withWatermark && this.watermark !== this.#committedOffset;
    if (!isChanged && !isShort && !this.#reservation.isWanted) return undefined;
    const inDoubt = isActive ? this.#doubtAhead : this.#doubtLeft;
    return this.#commitUntil(Math.max(isActive ? now + reserveMs : 0, this.#reservedMs), inDoubt);
  }

  /**
   * The last commit of this owner (R6): released where everything that was sent has a definite end; otherwise the
   * reservation stays what it is. Undefined when it would say nothing new.
   */
  releasingCommit(): LaneCommit | undefined {
    if (this.#isLost) return undefined;
    const untilMs = this.#sender.quietFromMs === 0 && this.#sender.unanswered === 0 ? 0 : this.#reservedMs;
    const inDoubt = this.#doubtLeft;
    const isSame = untilMs === this.#committedUntilMs && inDoubt?.endOffset === this.#committedDoubt?.endOffset;
    if (this.watermark === this.#committedOffset && isSame) return undefined;
    return this.#commitUntil(untilMs, inDoubt);
  }

  /**
   * Until when the partition has to stay reserved: for the writes of this lane, and for those of the owner before that it
   * still waits for. A commit that said less would let the next owner overtake them.
   */
  get #reservedMs(): number {
    return Math.max(this.#reservation.untilMs, this.#sender.quietFromMs);
  }

  /** Insert mode: how far it may send before its next commit. */
  get #doubtAhead(): InDoubt | undefined {
    if (!this.#bound.isOn) return undefined;
    return { endOffset: this.#bound.endAbove(this.watermark, this.#reservation.wantedEnd), reason: 'crash' };
  }

  /** Insert mode: what it leaves written beyond the watermark, should it send nothing more. */
  get #doubtLeft(): InDoubt | undefined {
    const touched = this.#sender.unsettled.filter(({ isInDoubt, writtenBefore }) => isInDoubt || writtenBefore > 0);
    const ends = touched.map(({ endOffset }) => endOffset);
    const endOffset = this.#bound.doubtEnd(this.watermark, ends);
    return endOffset === undefined ? undefined : { endOffset, reason: 'unfinished_drain' };
  }

  #commitUntil(reservedUntilMs: number, inDoubt: InDoubt | undefined): LaneCommit {
    this.#reservation.lowerEnd(reachOf(inDoubt));
    return { lane: this, offset: this.watermark, reservedUntilMs, inDoubt };
  }

  /** A commit was acknowledged. */
  committed({ offset, reservedUntilMs, inDoubt }: LaneCommit): void {
    this.#committedOffset = offset;
    this.#committedUntilMs = reservedUntilMs;
    this.#committedDoubt = inDoubt;
    this.#bound.committed(offset);
    this.#reservation.reserved(reservedUntilMs, reachOf(inDoubt));
    this.#sender.pump();
    this.#wantCommit();
  }

  /** Insert mode: what is applied is committed before it fills the window. */
  #wantCommit(): void {
    if (!this.#draining && this.#bound.isCrowded(this.watermark)) this.#reservation.want();
  }

  /** A commit was refused, or not answered. */
  commitFailed(why: string): void {
    this.#reservation.refused(why);
  }

  /** See LaneSender.waitUntil. */
  waitUntil(quietFromMs: number, reason: WaitReason): void {
    this.#sender.waitUntil(quietFromMs, reason);
  }

  /** See LaneSender.reopen. */
  reopen(): void {
    this.#sender.reopen();
  }

  /** Sends nothing more; resolves when nothing is unanswered and no dead letter is under way. */
  drain(): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      this.#onQuiet.push(resolve);
      this.#sender.finish();
      this.quiet();
    });
  }

  /** Stops the lane because its offset is gone, or that of another topic: nothing more is committed (G9). */
  halt(problem: LaneProblem): void {
    this.#isLost = true;
    this.stop(problem);
  }

  /** Stops the lane until a restart: a rejected record with errors.tolerance=none, too many dead letters. */
  stop(problem: LaneProblem): void {
    this.#sender.stop(problem);
    this.#paused = true;
    this.#parts.setPaused(true);
    this.#parts.events.stopped(problem);
    this.quiet();
  }

  /** Gives the lane up. Returns when writes that may be under way have expired (0: none are). */
  close(): number {
    this.#parts.events.released(this.unsettledRecords);
    const quietFromMs = this.#sender.close();
    this.#parts.settlement.close();
    for (const batch of this.#parked) this.#parts.events.batchAbandoned(batch);
    this.#parked.clear();
    this.#queue.clear();
    this.#parts.budget.leave(this);
    this.quiet();
    return quietFromMs;
  }

  opened(insertMode: InsertMode): void {
    this.#bound.isOn = insertMode === InsertMode.INSERT;
  }

  maySend({ endOffset }: OutgoingBatch): boolean {
    return !this.#bound.isOn || this.#reservation.reaches(endOffset);
  }

  inDoubt(batches: readonly OutgoingBatch[]): void {
    const records = batches.flatMap((batch) => batch.records);
    const [first, last] = [records[0], records.at(-1)];
    if (!this.#bound.isOn || !first || !last) return;
    const range = { firstOffset: first.offset, lastOffset: last.offset, records: records.length };
    const { topic, partition } = this.at;
    this.#parts.events.mayRepeat({ topic, partition, ...range, reason: 'indefinite_write' }, this.#parts.clock.now());
  }

  get isReady(): boolean {
    if (this.#draining || this.#parts.settlement.problem || this.#bound.isFull) return false;
    return this.#queue.length > 0 && this.#parked.size < this.#options.window.batches;
  }

  nextBytes(batchBytesMax: number): number {
    const first = this.#queue.first;
    return first ? Math.max(this.#sentBytes(first), Math.min(this.#queue.sentBytes, batchBytesMax)) : 0;
  }

  form(batchBytesMax: number, recordBytesMax: number): OutgoingBatch | undefined {
    const first = this.#queue.first;
    if (!first) return undefined;
    const bytes = this.#sentBytes(first);
    if (bytes <= recordBytesMax) return this.#take(this.#options.batchRecordsMax, batchBytesMax);
    // Settled in its turn, when everything before it is.
    if (this.#sender.unsettled.length === 0)
      this.applied(this.#take(1, batchBytesMax), tooLarge(first, bytes, recordBytesMax));
    return undefined;
  }

  applied(batch: OutgoingBatch, outcome: Outcome): void {
    const { settlement } = this.#parts;
    this.#bound.applied(batch.endOffset);
    const stopped = settlement.stopsAt(this.at, batch, outcome);
    if (stopped) {
      this.stop(stopped);
      return;
    }
    this.#parked.add(batch);
    settlement.settle(this.at, batch, outcome, () => {
      this.#parked.delete(batch);
      this.#tracker.finish(batch.span);
      this.look();
      this.quiet();
      this.#sender.pump();
      this.#wantCommit();
    });
  }

  quiet(): void {
    const parking = this.#parked.size > 0 && !this.#parts.settlement.problem;
    const busy = this.#sender.unanswered > 0 || parking;
    if (busy && this.#sender.phase !== 'closed') return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }

  #take(recordsMax: number, bytesMax: number): OutgoingBatch {
    const taken = this.#queue.take(recordsMax, bytesMax);
    const trace = this.#parts.events.batchFormed(this.at, taken.records);
    const span = this.#tracker.begin(taken.records[0]?.offset ?? 0n);
    const batch = new OutgoingBatch(taken, span, trace, this.#travelling);
    this.#bound.formed(batch.endOffset);
    batch.formedMs = this.#parts.clock.now();
    return batch;
  }

  #sentBytes(record: KafkaRecord): number {
    return sentBytes(record, this.#travelling);
  }

  get #isOver(): boolean {
    return this.#sender.phase === 'stopped' || this.#sender.phase === 'closed';
  }

  get #batches(): readonly OutgoingBatch[] {
    return [...this.#parked, ...this.#sender.unsettled];
  }

  get #bufferedBytes(): number {
    return this.#batches.reduce((sum, batch) => sum + batch.heldBytes, this.#queue.heldBytes);
  }

  /** Reads on or pauses, by its own limit and by its share of the budget. */
  look(): void {
    if (this.#isOver) return;
    const { budget } = this.#parts;
    const held = this.#bufferedBytes;
    budget.holds(this, held);
    const limit = Math.min(this.#options.bufferBytesMax, budget.shareBytes);
    const paused = budget.isSpent || held > (this.#paused ? limit / 2 : limit);
    if (paused === this.#paused) return;
    this.#paused = paused;
    budget.pauses(this, paused);
    this.#parts.setPaused(paused);
  }
}

/** Up to which offset records may be sent under a commit that says this. */
function reachOf(inDoubt: InDoubt | undefined): bigint {
  return inDoubt?.reason === 'crash' ? inDoubt.endOffset : 0n;
}
