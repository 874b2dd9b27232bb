import {
  type Failure,
  type InsertMode,
  type LaneOpened,
  NotAppliedReason,
  type OpenLane,
  Outcome,
  Result,
} from '@millrace/contracts';
import { Backoff, type Cancel, type Clock, type SendWindow } from '@millrace/delivery';
import type { LaneEvents } from './events.ts';
import type { LaneOptions } from './lane-options.ts';
import { brokenHop, type LaneProblem, problemOf, untrustedAnswer } from './lane-problem.ts';
import { maskedOutcome } from './masked-outcome.ts';
import { OpenStream } from './open-stream.ts';
import { accountsForAll } from './outcome-checks.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import type { LaneReservation } from './reservation.ts';
import type { LaneStream, LaneStreamEvents, OpenLaneStream } from './validator-client.ts';

/** Where batches come from and where they go once Milvus has them. */
export interface BatchFlow {
  /** A stream is open, and the collection says how rows are written. */
  opened(insertMode: InsertMode): void;
  /** Whether a batch that is formed may go out. */
  maySend(batch: OutgoingBatch): boolean;
  /** Batches that may be written, though no answer said so; they are sent again. */
  inDoubt(batches: readonly OutgoingBatch[]): void;
  /** Whether there is a new batch to send now. */
  readonly isReady: boolean;
  /** Most bytes that it would have. */
  nextBytes(batchBytesMax: number): number;
  /** Forms it. `recordBytesMax` is the server's limit: undefined is returned for a record above it. */
  form(batchBytesMax: number, recordBytesMax: number): OutgoingBatch | undefined;
  /** An unsettled batch is applied: the oldest one, or one that an answer has shown to be written. */
  applied(batch: OutgoingBatch, outcome: Outcome): void;
  /** Nothing is unanswered (any more). */
  quiet(): void;
}

export interface SenderDependencies {
  readonly clock: Clock;
  readonly openStream: OpenLaneStream;
  readonly events: LaneEvents;
  readonly flow: BatchFlow;
  /** What the partition's offset commits have reserved for this process. */
  readonly reservation: LaneReservation;
}

/** Longest wait that a server may ask for. */
const retryAfterMaxMs = 60_000;

/** `idle`: no stream; `waiting`: no stream until a time; `stopped`: until a restart; `closed`: given up. */
export type SenderPhase = 'idle' | 'opening' | 'streaming' | 'waiting' | 'stopped' | 'closed';

/**
 * What a lane waits for before it sends: writes that the partition's former owner may have under way (R3), own writes
 * whose end is not known (R5), the next try, or a commit that reserves the partition (R1).
 */
export type WaitReason = 'former_owner' | 'own_writes' | 'next_try' | 'reservation';

/**
 * Go back N over one stream at a time. Batches are sent ahead within the window and kept until they are settled. The
 * first outcome that is not APPLIED ends the stream; later outcomes settle nothing, yet all are taken. If one is
 * INDEFINITE or missing, or the stream broke, nothing is sent until the latest not_after that went out, plus a margin:
 * only then is it certain that no old write overtakes a new one. Then that batch and everything after it goes again.
 * While something blocks, one probe batch is sent, not the whole window. Nothing goes out that the reservation does not
 * cover.
 */
export class LaneSender {
  readonly #open: OpenLane;
  readonly #options: LaneOptions;
  readonly #parts: SenderDependencies;
  readonly #backoff: Backoff;
  /** Formed and not settled, in order; the first `#sent` of them went out on the stream that is open. */
  #unsettled: OutgoingBatch[] = [];
  #sent = 0;
  #phase: SenderPhase = 'idle';
  #current: OpenStream | undefined;
  #problem: LaneProblem | undefined;
  #probing = false;
  #isFinishing = false;
  #retryAtMs = 0;
  #waitsFor: WaitReason = 'next_try';
  #quietFromMs = 0;
  #cancelTimer: Cancel = () => {};

  constructor(open: OpenLane, options: LaneOptions, parts: SenderDependencies) {
    this.#open = open;
    this.#options = options;
    this.#parts = parts;
    this.#backoff = new Backoff(options.backoff);
  }

  get phase(): SenderPhase {
    return this.#phase;
  }

  get problem(): LaneProblem | undefined {
    return this.#problem;
  }

  get unsettled(): readonly OutgoingBatch[] {
    return this.#unsettled;
  }

  get unanswered(): number {
    return this.#current?.unanswered ?? 0;
  }

  /** What of the window is used, and how much there is of it. */
  get windowUse(): { batches: number; bytes: number; batchesMax: number; bytesMax: number } {
    const window = this.#current?.window;
    const limits = window?.limits ?? this.#options.window;
    return {
      batches: this.unanswered,
      bytes: window?.bytes ?? 0,
      batchesMax: limits.batches,
      bytesMax: limits.bytes,
    };
  }

  /** Whether there is something to send on an open stream, and no room for it. */
  get isHeldBack(): boolean {
    return this.#phase === 'streaming' && this.#hasWork && this.unanswered > 0;
  }

  /** When everything that may be under way has expired; 0: nothing is. */
  get quietFromMs(): number {
    return Math.max(this.#quietFromMs, this.#current?.quietFromMs ?? 0);
  }

  /** When the next try is due; undefined when none is waited for. */
  get retryAtMs(): number | undefined {
    return this.#phase === 'waiting' ? this.#retryAtMs : undefined;
  }

  /** Undefined when nothing is waited for. */
  get waitsFor(): WaitReason | undefined {
    return this.#phase === 'waiting' ? this.#waitsFor : undefined;
  }

  /** Does whatever can be done now. */
  pump(): void {
    if (this.#isFinishing) return;
    if (this.#phase === 'idle' && this.#hasWork) this.#openStream();
    const current = this.#current;
    if (this.#phase !== 'streaming' || !current?.window || !current.stream || current.ending) return;
    while (this.#hasWork && !(this.#probing && current.unanswered > 0)) {
      const again = this.#unsettled[this.#sent];
      const batchBytesMax = Math.min(this.#options.batchBytesMax, current.batchBytesMax);
      const bytes = again?.byteCount ?? this.#parts.flow.nextBytes(batchBytesMax);
      if (!current.window.hasRoomFor(bytes)) break;
      if (!this.#parts.reservation.covers(this.#nextNotAfterMs)) break;
      const batch = again ?? this.#parts.flow.form(batchBytesMax, current.batchBytesMax);
      if (!batch) break;
      if (!again) this.#unsettled.push(batch);
      if (!this.#parts.flow.maySend(batch)) break;
      this.#send(current.window, current.stream, batch);
    }
    this.#watchStream();
  }

  /** Waits with the first send until writes of an earlier opening of this lane can no longer take effect. */
  waitUntil(quietFromMs: number, reason: WaitReason): void {
    if (quietFromMs + this.#options.quietMarginMs <= this.#parts.clock.now()) return;
    this.#quietFromMs = quietFromMs;
    this.#wait(0, reason);
  }

  /** Sends nothing more on this stream; what is out is answered. */
  halfClose(): void {
    this.#current?.halfClose();
    this.#watchStream();
  }

  /** Goes on over another stream, once what is out on this one is answered. */
  reopen(): void {
    if (this.#phase === 'streaming') this.#rotate('schema-validators have come');
  }

  #rotate(reason: string): void {
    this.#parts.events.rotates(reason, this.#unsettled.slice(0, this.#sent));
    if (this.#current) this.#current.isRotating = true;
    this.halfClose();
  }

  /**
   * Sends nothing more, new or again, on any stream; what is out is answered. So when nothing is out any more, the
   * partition can be released.
   */
  finish(): void {
    this.#isFinishing = true;
    this.halfClose();
  }

  /** Ends sending until a restart. */
  stop(problem: LaneProblem): void {
    this.#problem = problem;
    this.#phase = 'stopped';
    this.#cancelTimer();
    this.halfClose();
  }

  /** Gives up. Returns when writes that may be under way have expired; 0: none are. */
  close(): number {
    this.#phase = 'closed';
    this.#cancelTimer();
    this.#quietFromMs = this.quietFromMs;
    if (this.#current?.window) this.#parts.events.streamOver('given_up');
    this.#current?.cancel();
    this.#current = undefined;
    for (const batch of this.#unsettled) this.#parts.events.batchAbandoned(batch);
    this.#unsettled = [];
    return this.#quietFromMs;
  }

  get #hasWork(): boolean {
    return this.#unsettled.length > this.#sent || this.#parts.flow.isReady;
  }

  #send(window: SendWindow<OutgoingBatch>, stream: LaneStream, batch: OutgoingBatch): void {
    batch.notAfterMs = this.#nextNotAfterMs;
    batch.sentMs = this.#parts.clock.now();
    batch.attempts += 1;
    batch.isInDoubt = true;
    this.#sent += 1;
    const sequence = window.send(batch);
    stream.send(batch.toMessage(sequence, this.#parts.events.batchSent(batch)));
  }

  get #nextNotAfterMs(): number {
    return this.#parts.clock.now() + this.#options.writeTimeoutMs;
  }

  #openStream(): void {
    const current = new OpenStream(this.#options.window);
    this.#phase = 'opening';
    this.#current = current;
    const whileOpen = (react: () => void) => {
      if (this.#current === current) react();
    };
    const events: LaneStreamEvents = {
      opened: (message) => whileOpen(() => this.#opened(current, message)),
      refused: (failure) => whileOpen(() => this.#refused(current, failure)),
      outcome: (outcome) => whileOpen(() => this.#answered(current, outcome)),
      drain: (reason) => whileOpen(() => this.#rotate(reason)),
      ended: (problem, code) => whileOpen(() => this.#ended(current, problem, code)),
    };
    this.#timer(this.#options.openTimeoutMs, () => this.#cut(current, 'did not open the lane in time'));
    const clientTimeUnixMs = BigInt(this.#parts.clock.now());
    current.stream = this.#parts.openStream({ ...this.#open, clientTimeUnixMs }, events);
  }

  #opened(current: OpenStream, message: LaneOpened): void {
    if (current.window) {
      this.#distrust(current, 'a second LaneOpened');
      return;
    }
    current.opened(message);
    this.#parts.flow.opened(message.insertMode);
    this.#parts.events.streamOpened();
    if (this.#phase === 'opening') this.#phase = 'streaming';
    this.pump();
    this.#watchStream();
  }

  #refused(current: OpenStream, failure: Failure): void {
    this.#fail(current, failure, true);
    this.halfClose();
  }

  #answered(current: OpenStream, told: Outcome): void {
    const outcome = this.#options.maskValues ? maskedOutcome(told) : told;
    const batch = current.answered(outcome);
    if (!batch || !accountsForAll(batch, outcome, this.#options.stopAtRejection)) {
      this.#distrust(current, `outcome ${outcome.sequence}`);
      return;
    }
    batch.leaveOut(outcome.writtenOffsets);
    this.#parts.events.answered(batch, outcome);
    if (outcome.result === Result.NOT_APPLIED) batch.isInDoubt = false;
    if (!current.failed && this.#phase !== 'stopped') {
      if (outcome.result === Result.APPLIED) this.#applied(batch, outcome);
      else this.#notApplied(current, outcome);
    }
    this.#watchStream();
    if (current.unanswered === 0) this.#parts.flow.quiet();
  }

  #applied(batch: OutgoingBatch, outcome: Outcome): void {
    this.#unsettled.shift();
    this.#sent -= 1;
    this.#backoff.reset();
    this.#probing = false;
    this.#problem = undefined;
    this.#parts.flow.applied(batch, outcome);
    this.pump();
  }

  #notApplied(current: OpenStream, { failure, reason, result }: Outcome): void {
    current.failed = true;
    const probe = reason === NotAppliedReason.BLOCKED || result === Result.INDEFINITE;
    if (failure) this.#fail(current, failure, probe);
    this.halfClose();
  }

  /** An answer out of turn, or one that does not account for every record, settles nothing. */
  #distrust(current: OpenStream, what: string): void {
    current.failed = true;
    current.indefinite = true;
    current.problem = untrustedAnswer(what, this.#blockedSinceMs);
    current.cancel();
  }

  #cut(current: OpenStream, what: string): void {
    current.problem ??= brokenHop(`the schema-validator ${what}`, this.#blockedSinceMs);
    current.cancel();
  }

  #fail(current: OpenStream, failure: Failure, probe: boolean): void {
    current.problem = problemOf(failure, this.#blockedSinceMs);
    current.retryAfterMs = Math.min(Number(failure.retryAfterMs), retryAfterMaxMs);
    this.#probing ||= probe;
  }

  #ended(current: OpenStream, broken: string | undefined, code: string | undefined): void {
    this.#cancelTimer();
    this.#current = undefined;
    this.#sent = 0;
    this.#quietFromMs = Math.max(this.#quietFromMs, current.quietFromMs);
    this.#parts.flow.quiet();
    const problem = this.#problemOf(current, broken, code);
    if (current.window) this.#parts.events.streamOver(endOf(current, problem));
    if (this.#phase === 'stopped') return;
    this.#tellDoubts();
    this.#settleEmptied();
    const isNews = problem !== undefined && problem.code !== this.#problem?.code;
    this.#parts.events.streamEnded(problem, isNews);
    if (!problem && !current.failed && current.quietFromMs === 0 && current.served) {
      this.#phase = 'idle';
      this.pump();
      return;
    }
    if (problem) {
      this.#problem = problem;
      this.#probing = true;
    }
    const leastMs = problem?.needsAction ? this.#options.operatorProbeMs : 0;
    this.#wait(this.#backoff.next(Math.max(leastMs, current.retryAfterMs)));
  }

  /** What was sent and has no certain end goes again. */
  #tellDoubts(): void {
    const doubtful = this.#unsettled.filter(({ isInDoubt, records }) => isInDoubt && records.length > 0);
    if (doubtful.length > 0) this.#parts.flow.inDoubt(doubtful);
    for (const batch of doubtful) batch.isInDoubt = false;
  }

  /** Batches of which every record is known to be written, though their sendings failed, have nothing to send again. */
  #settleEmptied(): void {
    const emptied = this.#unsettled.filter(({ records }) => records.length === 0);
    this.#unsettled = this.#unsettled.filter(({ records }) => records.length > 0);
    const outcome = { ...Outcome.create(), result: Result.APPLIED };
    for (const batch of emptied) this.#parts.flow.applied(batch, outcome);
  }

  #problemOf(current: OpenStream, broken: string | undefined, code: string | undefined): LaneProblem | undefined {
    if (current.problem) return current.problem;
    const why = broken ?? (current.window ? undefined : 'the schema-validator ended the stream before it was open');
    return why === undefined ? undefined : brokenHop(why, this.#blockedSinceMs, code);
  }

  get #blockedSinceMs(): number {
    return this.#problem?.sinceMs ?? this.#parts.clock.now();
  }

  #wait(delayMs: number, reason?: WaitReason): void {
    const now = this.#parts.clock.now();
    const quietMs = this.#quietFromMs === 0 ? 0 : this.#quietFromMs + this.#options.quietMarginMs - now;
    this.#phase = 'waiting';
    this.#waitsFor = reason ?? (quietMs > delayMs ? 'own_writes' : 'next_try');
    this.#retryAtMs = now + Math.max(delayMs, quietMs);
    this.#parts.events.waits(this.#waitsFor, this.#retryAtMs - now, this.#problem, this.#unsettled);
    this.#timer(this.#retryAtMs - now, () => {
      this.#quietFromMs = 0;
      this.#phase = 'idle';
      this.pump();
    });
  }

  /** Cuts a stream that does not answer or end in time, and gives an idle one back. */
  #watchStream(): void {
    const current = this.#current;
    if (!current || this.#phase === 'opening') return;
    const oldest = current.window?.unanswered[0];
    if (oldest) {
      const overdueMs = oldest.notAfterMs + this.#options.quietMarginMs - this.#parts.clock.now();
      this.#timer(overdueMs, () => this.#cut(current, 'did not answer in time'));
    } else if (current.ending) {
      this.#timer(this.#options.openTimeoutMs, () => this.#cut(current, 'did not end the stream in time'));
    } else if (this.#hasWork) this.#cancelTimer();
    else this.#timer(this.#options.idleStreamMs, () => this.halfClose());
  }

  #timer(delayMs: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#parts.clock.after(delayMs, task);
  }
}

function endOf(current: OpenStream, problem: LaneProblem | undefined): 'failed' | 'rotated' | 'idle' {
  if (problem || current.failed) return 'failed';
  return current.isRotating ? 'rotated' : 'idle';
}
