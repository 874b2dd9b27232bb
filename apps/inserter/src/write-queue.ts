import { NotAppliedReason, type Outcome, Result } from '@millrace/contracts';
import type { CollectionGate } from './collection-gate.ts';
import { canJoin, type Entries } from './entries.ts';
import { notApplied } from './outcomes.ts';

export interface WriteQueueOptions {
  readonly gate: CollectionGate;
  /** Most bytes of batches that are merged into one write; one batch is always taken. */
  readonly writeBytesMax: number;
  /** Writes some batches and says what became of each, in order. `goesOn` turns false when no call may begin. */
  readonly write: (parts: readonly Entries[], goesOn: () => boolean) => Promise<readonly Outcome[]>;
  /** One per batch, in order. */
  readonly answer: (outcome: Outcome) => void;
  /** A write threw: a bug. Its batches, and all behind them, are never answered. */
  readonly failed: (error: unknown) => void;
}

/**
 * The batches of one stripe: one write at a time, and what comes while it runs is merged into the next, in order. The
 * first outcome that is not APPLIED, or that stops the lane, ends the queue: what is behind it is not started.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #waiting: Entries[] = [];
  #running = false;
  #writing = 0;
  /** Why nothing is begun any more. */
  #ended: NotAppliedReason | undefined;
  #idle: (() => void)[] = [];

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  push(entries: Entries): void {
    this.#waiting.push(entries);
    if (this.#ended !== undefined && !this.#running) this.#answerWaiting();
    else void this.#run();
  }

  /** Begins no new call; a call in flight runs to its end. Batches that wait are answered with the reason. */
  end(reason: NotAppliedReason): void {
    this.#ended ??= reason;
    if (!this.#running) this.#answerWaiting();
  }

  /** Settles when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    if (this.#running || this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  get queued(): number {
    return this.#waiting.length + this.#writing;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#waiting.length > 0 && this.#ended === undefined) {
        await this.#options.gate.pass(() => this.#writeNext());
      }
      this.#answerWaiting();
    } catch (error) {
      this.#ended ??= NotAppliedReason.NOT_STARTED;
      this.#waiting.length = 0;
      this.#options.failed(error);
    } finally {
      this.#running = false;
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  async #writeNext(): Promise<void> {
    // It may have ended while it waited for its turn.
    if (this.#ended !== undefined) return;
    const parts = this.#take();
    this.#writing = parts.length;
    const outcomes = await this.#options.write(parts, () => this.#ended === undefined);
    if (outcomes.length !== parts.length) throw new Error(`${outcomes.length} outcomes for ${parts.length} batches`);
    this.#writing = 0;
    for (const outcome of outcomes) {
      if (outcome.result !== Result.APPLIED || outcome.stopped) this.#ended ??= NotAppliedReason.NOT_STARTED;
      this.#options.answer(outcome);
    }
  }

  /** The next batch, and those behind it that fit into one write with it. */
  #take(): Entries[] {
    const taken: Entries[] = [];
    let bytes = 0;
    for (const entries of this.#waiting) {
      bytes += entries.byteCount;
      if (taken.length > 0 && bytes > this.#options.writeBytesMax) break;
      if (!taken.every((other) => hasSameVersion(other, entries) && canJoin(other, entries))) break;
      taken.push(entries);
    }
    this.#waiting.splice(0, taken.length);
    return taken;
  }

  #answerWaiting(): void {
    const reason = this.#ended;
    if (reason === undefined) return;
    for (const entries of this.#waiting.splice(0)) this.#options.answer(notApplied(entries, reason));
  }
}

function hasSameVersion(a: Entries, b: Entries): boolean {
  const [left, right] = [a.batch.schemaVersion, b.batch.schemaVersion];
  return (
    left?.collectionId === right?.collectionId &&
    left?.schemaTimestamp === right?.schemaTimestamp &&
    left?.fingerprint === right?.fingerprint
  );
}
