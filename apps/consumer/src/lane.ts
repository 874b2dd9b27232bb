import { type Failure, NotAppliedReason, type OpenLane, type Outcome, Result } from '@millrace/contracts';
import { Backoff, type Cancel, type Clock } from '@millrace/delivery';
import type { LaneEvents } from './events.ts';
import { type FetchedRecords, recordBytes, type TopicPartition } from './kafka-record.ts';
import type { Assignment } from './kafka-source.ts';
import type { LaneOptions } from './lane-options.ts';
import { brokenHop, type LaneProblem, problemOf, untrustedAnswer } from './lane-problem.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { OpenStream } from './open-stream.ts';
import { accountsForAll, tooLarge } from './outcome-checks.ts';
import { OutgoingBatch } from './outgoing-batch.ts';
import { RecordQueue } from './record-queue.ts';
import type { Settlement } from './settlement.ts';
import type { LaneStreamEvents, OpenLaneStream } from './validator-client.ts';

export interface LaneDependencies {
  readonly clock: Clock;
  readonly openStream: OpenLaneStream;
  readonly settlement: Settlement;
  readonly events: LaneEvents;
  /** Asks the source for more, or for no more, of this partition. */
  readonly setPaused: (paused: boolean) => void;
}

/** `idle`: no stream; `waiting`: no stream until a time; `stopped`: until a restart; `closed`: given up. */
export type LanePhase = 'idle' | 'opening' | 'streaming' | 'waiting' | 'stopped' | 'closed';

/**
 * One partition of one connector, in offset order, over one stream at a time.
 *
 * Go back N: batches are sent ahead within the window and kept until they are settled. The first outcome that is not
 * APPLIED ends the stream. Later outcomes settle nothing, yet all are taken. If one is INDEFINITE or missing, or the
 * stream broke, the lane waits until the latest not_after that it sent, plus a margin: only then is it certain that
 * no old write overtakes a new one. Then that batch and everything after it is sent again on a new stream.
 */
export class Lane {
  readonly at: TopicPartition;
  readonly #open: OpenLane;
  readonly #options: LaneOptions;
  readonly #parts: LaneDependencies;
  readonly #queue = new RecordQueue();
  readonly #tracker = new OffsetTracker();
  readonly #backoff: Backoff;
  /** Formed and not settled, in order; the first `#sent` of them went out on the stream that is open. */
  #unsettled: OutgoingBatch[] = [];
  #sent = 0;
  #unsettledBytes = 0;
  #parking = 0;
  #phase: LanePhase = 'idle';
  #current: OpenStream | undefined;
  #problem: LaneProblem | undefined;
  #probing = false;
  #paused = false;
  #draining = false;
  #fetchedTo: bigint;
  #highWatermark = 0n;
  #retryAtMs = 0;
  #quietFromMs = 0;
  #cancelTimer: Cancel = () => {};
  #onQuiet: (() => void)[] = [];

  constructor(assignment: Assignment, open: OpenLane, options: LaneOptions, parts: LaneDependencies) {
    this.at = { topic: assignment.topic, partition: assignment.partition };
    this.#fetchedTo = assignment.startOffset;
    this.#open = open;
    this.#options = options;
    this.#parts = parts;
    this.#backoff = new Backoff(options.backoff);
  }

  /** Takes what a fetch brought. */
  offer(fetched: FetchedRecords): void {
    if (this.#phase === 'closed' || this.#phase === 'stopped') return;
    this.#queue.push(fetched.records);
    this.#highWatermark = fetched.highWatermark;
    this.fetchedTo(fetched.nextOffset);
    this.#parts.events.read(fetched.records.length);
    this.#pump();
    this.#setPaused();
  }

  /** The source has read up to here, also where that was nothing but control records. */
  fetchedTo(nextOffset: bigint): void {
    if (nextOffset > this.#fetchedTo) this.#fetchedTo = nextOffset;
  }

  /** Where the next fetch has to begin, so that nothing is skipped and nothing read twice. */
  get nextFetchOffset(): bigint {
    return this.#fetchedTo;
  }

  /** Waits with the first send until writes of an earlier opening of this lane can no longer take effect. */
  waitUntil(quietFromMs: number): void {
    if (quietFromMs + this.#options.quietMarginMs <= this.#parts.clock.now()) return;
    this.#quietFromMs = quietFromMs;
    this.#wait(0);
  }

  /** The offset to commit. */
  get watermark(): bigint {
    return this.#tracker.oldest ?? this.#queue.first?.offset ?? this.#fetchedTo;
  }

  get problem(): LaneProblem | undefined {
    return this.#problem ?? this.#parts.settlement.problem;
  }

  get status() {
    return {
      topic: this.at.topic,
      partition: this.at.partition,
      phase: this.#phase,
      watermark: this.watermark,
      highWatermark: this.#highWatermark,
      unansweredBatches: this.#current?.unanswered ?? 0,
      unsettledRecords: this.unsettledRecords,
      bufferedBytes: this.#bufferedBytes,
      retryAtMs: this.#phase === 'waiting' ? this.#retryAtMs : undefined,
      problem: this.problem,
    };
  }

  /** Records read whose end is not known yet. */
  get unsettledRecords(): number {
    const inBatches = this.#unsettled.reduce((sum, batch) => sum + batch.records.length, 0);
    return inBatches + this.#queue.length + this.#parking;
  }

  /** Sends nothing new; resolves when nothing is unanswered and no dead letter is under way. */
  drain(): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      this.#onQuiet.push(resolve);
      if (this.#phase === 'streaming') this.#halfClose();
      this.#noticeQuiet();
    });
  }

  /** Gives the lane up. Returns when writes that may be under way have expired (0: none are). */
  close(): number {
    this.#phase = 'closed';
    this.#cancelTimer();
    this.#quietFromMs = Math.max(this.#quietFromMs, this.#current?.quietFromMs ?? 0);
    this.#current?.stream?.cancel();
    this.#parts.settlement.close();
    this.#parts.events.released(this.unsettledRecords);
    for (const batch of this.#unsettled) this.#parts.events.batchAbandoned(batch);
    this.#unsettled = [];
    this.#queue.clear();
    this.#noticeQuiet();
    return this.#quietFromMs;
  }

  get #bufferedBytes(): number {
    return this.#queue.bytes + this.#unsettledBytes;
  }

  #setPaused(): void {
    if (this.#phase === 'stopped' || this.#phase === 'closed') return;
    const limit = this.#options.bufferBytesMax;
    const paused = this.#paused ? this.#bufferedBytes > limit / 2 : this.#bufferedBytes > limit;
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#parts.setPaused(paused);
  }

  /** Does whatever the lane can do now. */
  #pump(): void {
    if (this.#phase === 'idle' && this.#hasWork) this.#openStream();
    if (this.#phase !== 'streaming') return;
    const { window, ending } = this.#current ?? {};
    if (!window || ending) return;
    this.#cancelTimer();
    while (this.#hasWork && !(this.#probing && window.unanswered.length > 0)) {
      const waiting = this.#unsettled[this.#sent];
      const bytes = waiting?.byteCount ?? Math.min(this.#queue.bytes, this.#batchBytesMax);
      if (!window.hasRoomFor(bytes)) break;
      const batch = waiting ?? this.#form();
      if (!batch) break;
      this.#send(batch);
    }
    this.#watchStream();
  }

  get #hasWork(): boolean {
    if (this.#draining || this.#parts.settlement.problem) return false;
    return this.#unsettled.length > this.#sent || this.#queue.length > 0;
  }

  get #batchBytesMax(): number {
    return Math.min(this.#options.batchBytesMax, this.#current?.batchBytesMax ?? Number.POSITIVE_INFINITY);
  }

  #form(): OutgoingBatch | undefined {
    const first = this.#queue.first;
    const recordBytesMax = this.#current?.batchBytesMax ?? 0;
    if (!first) return undefined;
    if (recordBytes(first) > recordBytesMax) {
      // It is settled in its turn, like any answered batch.
      if (this.#unsettled.length === 0) this.#settle(this.#take(1), tooLarge(first, recordBytesMax));
      return undefined;
    }
    return this.#take(this.#options.batchRecordsMax);
  }

  #take(recordsMax: number): OutgoingBatch {
    const records = this.#queue.take(recordsMax, this.#batchBytesMax);
    const trace = this.#parts.events.batchFormed(this.at, records);
    const batch = new OutgoingBatch(records, this.#tracker.begin(records[0]?.offset ?? 0n), trace);
    this.#unsettledBytes += batch.byteCount;
    this.#unsettled.push(batch);
    return batch;
  }

  #send(batch: OutgoingBatch): void {
    const { window, stream } = this.#current ?? {};
    if (!window || !stream) return;
    batch.notAfterMs = this.#parts.clock.now() + this.#options.writeTimeoutMs;
    batch.attempts += 1;
    const sequence = window.send(batch);
    this.#sent += 1;
    stream.send(batch.toMessage(sequence, this.#parts.events.batchSent(batch)));
  }

  #openStream(): void {
    const current = new OpenStream(this.#options.window);
    this.#phase = 'opening';
    this.#current = current;
    const only = (react: () => void) => {
      if (this.#current === current) react();
    };
    const events: LaneStreamEvents = {
      opened: (message) => only(() => this.#opened(current, message)),
      refused: (failure) => only(() => this.#refused(current, failure)),
      outcome: (outcome) => only(() => this.#answered(current, outcome)),
      drain: () => only(() => this.#halfClose()),
      ended: (problem) => only(() => this.#ended(current, problem)),
    };
    this.#timer(this.#options.openTimeoutMs, () => current.stream?.cancel());
    current.stream = this.#parts.openStream(
      { ...this.#open, clientTimeUnixMs: BigInt(this.#parts.clock.now()) },
      events,
    );
  }

  #opened(current: OpenStream, message: Parameters<OpenStream['opened']>[0]): void {
    current.opened(message);
    this.#phase = 'streaming';
    if (this.#draining) this.#halfClose();
    this.#pump();
  }

  #refused(current: OpenStream, failure: Failure): void {
    this.#fail(current, failure);
    this.#halfClose();
  }

  #halfClose(): void {
    this.#current?.halfClose();
    this.#watchStream();
  }

  #answered(current: OpenStream, outcome: Outcome): void {
    const batch = current.answered(outcome);
    if (!batch || !accountsForAll(batch, outcome)) {
      this.#distrust(current, outcome);
      return;
    }
    this.#leaveOutWritten(batch, outcome);
    this.#parts.events.answered(batch, outcome);
    if (current.failed || this.#phase === 'stopped') return;
    if (outcome.result === Result.APPLIED) this.#settle(batch, outcome);
    else {
      current.failed = true;
      const { failure, reason, result } = outcome;
      const probe = reason === NotAppliedReason.BLOCKED || result === Result.INDEFINITE;
      if (failure) this.#fail(current, failure, probe);
      this.#halfClose();
    }
    this.#watchStream();
  }

  /** An answer out of turn, or one that does not account for every record, settles nothing. */
  #distrust(current: OpenStream, outcome: Outcome): void {
    current.failed = true;
    current.indefinite = true;
    current.problem = untrustedAnswer(`outcome ${outcome.sequence}`, this.#parts.clock.now());
    current.stream?.cancel();
  }

  #leaveOutWritten(batch: OutgoingBatch, outcome: Outcome): void {
    this.#unsettledBytes -= batch.byteCount;
    batch.leaveOut(outcome.writtenOffsets);
    this.#unsettledBytes += batch.byteCount;
  }

  #settle(batch: OutgoingBatch, outcome: Outcome): void {
    this.#unsettled.shift();
    this.#sent -= 1;
    this.#unsettledBytes -= batch.byteCount;
    this.#backoff.reset();
    this.#probing = false;
    this.#problem = undefined;
    const stopped = this.#parts.settlement.stopsAt(this.at, batch, outcome);
    if (stopped) {
      this.stop(stopped);
      return;
    }
    const letters = outcome.rejections.length;
    this.#parking += letters;
    this.#parts.settlement.settle(this.at, batch, outcome, () => {
      this.#parking -= letters;
      this.#tracker.finish(batch.span);
      this.#noticeQuiet();
      this.#pump();
    });
    this.#setPaused();
    this.#pump();
  }

  /** Stops the lane until a restart: a rejected record with errors.tolerance=none, an offset that is gone. */
  stop(problem: LaneProblem): void {
    this.#problem = problem;
    this.#phase = 'stopped';
    this.#cancelTimer();
    this.#paused = true;
    this.#parts.setPaused(true);
    this.#parts.events.stopped(problem);
    this.#quietFromMs = Math.max(this.#quietFromMs, this.#current?.quietFromMs ?? 0);
    this.#current?.halfClose();
    this.#noticeQuiet();
  }

  #fail(current: OpenStream, failure: Failure, probe = true): void {
    const sinceMs = this.#problem?.code === failure.code ? this.#problem.sinceMs : this.#parts.clock.now();
    current.problem = problemOf(failure, sinceMs);
    current.retryAfterMs = Number(failure.retryAfterMs);
    this.#probing ||= probe;
  }

  #ended(current: OpenStream, broken: string | undefined): void {
    this.#cancelTimer();
    this.#current = undefined;
    this.#sent = 0;
    this.#quietFromMs = Math.max(this.#quietFromMs, current.quietFromMs);
    this.#noticeQuiet();
    if (this.#phase === 'stopped' || this.#phase === 'closed') return;
    const now = this.#parts.clock.now();
    const problem =
      current.problem ?? (broken === undefined ? undefined : brokenHop(broken, this.#problem?.sinceMs ?? now));
    if (problem) {
      this.#problem = problem;
      this.#probing = true;
    }
    this.#parts.events.streamEnded(this.#problem, this.#quietFromMs - now, this.#unsettled);
    if (!current.failed && !problem && current.quietFromMs === 0) {
      this.#phase = 'idle';
      this.#pump();
      return;
    }
    const leastMs = problem?.needsAction ? this.#options.operatorProbeMs : 0;
    this.#wait(this.#backoff.next(Math.max(leastMs, current.retryAfterMs)));
  }

  #wait(delayMs: number): void {
    const now = this.#parts.clock.now();
    const quietMs = this.#quietFromMs === 0 ? 0 : this.#quietFromMs + this.#options.quietMarginMs - now;
    this.#phase = 'waiting';
    this.#retryAtMs = now + Math.max(delayMs, quietMs);
    this.#noticeQuiet();
    this.#timer(this.#retryAtMs - now, () => {
      this.#quietFromMs = 0;
      this.#phase = 'idle';
      this.#pump();
    });
  }

  /** Gives an idle stream back, and cuts one that does not answer in time. */
  #watchStream(): void {
    if (this.#phase !== 'streaming' || !this.#current) return;
    const current = this.#current;
    const oldest = current.window?.unanswered[0];
    if (oldest) {
      const overdueMs = oldest.notAfterMs + this.#options.quietMarginMs - this.#parts.clock.now();
      this.#timer(overdueMs, () => current.stream?.cancel());
    } else if (current.ending) this.#timer(this.#options.openTimeoutMs, () => current.stream?.cancel());
    else if (!this.#hasWork) this.#timer(this.#options.idleStreamMs, () => this.#halfClose());
  }

  #timer(delayMs: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#parts.clock.after(delayMs, task);
  }

  #noticeQuiet(): void {
    const busy = this.#current !== undefined && this.#current.unanswered > 0;
    if (this.#phase !== 'closed' && (busy || this.#parking > 0)) return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }
}
