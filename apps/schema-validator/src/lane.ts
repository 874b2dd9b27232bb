import { NotAppliedReason, type Outcome, type RecordBatch, Result } from '@millrace/contracts';
import { type Grant, OrderedAnswers } from '@millrace/delivery';
import type { Span } from '@opentelemetry/api';
import { type CheckedBatch, type CheckOptions, checkBatch } from './batch-checker.ts';
import type { LaneEvents } from './events.ts';
import { applied, endsStream, notApplied, notStarted } from './outcomes.ts';
import { ContractError, checkShape, type RecordNeeds } from './record-batch.ts';
import type { RecordReader } from './shape/record-reader.ts';
import type { StripeShare } from './stripe-share.ts';
import type { Stripes } from './stripes.ts';

/** The client holds more unanswered than it was granted. */
export class GrantExceeded extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GrantExceeded';
  }
}

export interface LaneParts {
  readonly reader: RecordReader;
  readonly share: StripeShare;
  readonly needs: RecordNeeds;
  readonly check: CheckOptions;
  readonly stripes: Stripes;
  readonly grant: Grant;
  readonly events: LaneEvents;
  /** Sends an outcome; called in the order of the batches, once for each. */
  readonly answer: (outcome: Outcome) => void;
  /** The validator itself failed; the lane cannot go on. */
  readonly fail: (error: unknown) => void;
}

interface Waiting {
  readonly batch: RecordBatch;
  readonly span: Span;
  readonly acceptedMs: number;
}

interface Answer {
  readonly outcome: Outcome;
  readonly writtenOffsets: readonly bigint[];
  readonly byteCount: number;
  readonly span: Span;
}

/**
 * The batches of one open lane: checked one after the other, written ahead of the outcomes before them, answered in
 * order. After the first outcome that is not APPLIED, or that a rejection stopped, no later batch is begun.
 */
export class Lane {
  readonly #parts: LaneParts;
  readonly #answers: OrderedAnswers<Answer>;
  readonly #abort = new AbortController();
  #queue: Waiting[] = [];
  #isWorking = false;
  #unansweredBytes = 0;
  /** What batches get that are not begun any more; undefined while the lane goes on. */
  #refusal: Outcome | undefined;
  /** An outcome that ends the stream has been sent. */
  #isClosed = false;
  #whenAnswered: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#answers = new OrderedAnswers((answer) => this.#emit(answer));
  }

  /** @throws ContractError or GrantExceeded when the client breaks the rules of the stream. */
  accept(batch: RecordBatch): void {
    checkShape(batch, this.#parts.needs);
    if (!this.#answers.accept(batch.sequence)) {
      throw new ContractError(`batch ${batch.sequence} is not the next one`, 'batch.sequence');
    }
    this.#unansweredBytes += Number(batch.byteCount);
    this.#checkGrant(batch);
    const { events, check } = this.#parts;
    this.#queue.push({ batch, span: events.batchAccepted(batch), acceptedMs: check.clock.now() });
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#work().catch(this.#parts.fail);
  }

  /** Calls back once everything that was accepted is answered. */
  whenAnswered(done: () => void): void {
    if (this.#answers.waiting === 0) done();
    else this.#whenAnswered = done;
  }

  /** Begins no batch and sends no row any more; what waits is answered NOT_APPLIED (DRAINING). */
  stopStarting(): void {
    this.#refusal ??= notApplied(NotAppliedReason.DRAINING);
    this.#parts.stripes.stopSending();
  }

  /** The client is gone: nothing more is begun, and nobody waits for what is under way. */
  abandon(): void {
    this.#refusal ??= notStarted;
    this.#abort.abort();
    this.#parts.stripes.cancel();
  }

  /** A batch of one record may be of any size: then it is the record that is rejected. */
  #checkGrant(batch: RecordBatch): void {
    const { batches, bytes } = this.#parts.grant;
    if (this.#answers.waiting > batches) throw new GrantExceeded(`more than ${batches} unanswered batches`);
    const isSingle = this.#answers.waiting === 1 && batch.offsetDeltas.length === 1;
    if (!isSingle && this.#unansweredBytes > bytes) throw new GrantExceeded(`more than ${bytes} unanswered bytes`);
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) await this.#begin(next);
    this.#isWorking = false;
  }

  async #begin({ batch, span, acceptedMs }: Waiting): Promise<void> {
    const { reader, share, check, stripes, events } = this.#parts;
    const settle = (outcome: Outcome, writtenOffsets: readonly bigint[] = []) => {
      if (endsStream(outcome)) this.#refusal ??= notStarted;
      const answer = { outcome: { ...outcome, sequence: batch.sequence }, writtenOffsets, span };
      this.#answers.settle(batch.sequence, { ...answer, byteCount: Number(batch.byteCount) });
    };
    if (this.#refusal) return settle(this.#nextRefusal());
    events.batchBegun(span);
    const checked = await checkBatch(batch, reader, share, check, this.#abort.signal);
    const checkMs = Math.max(0, check.clock.now() - acceptedMs);
    events.batchChecked(span, checked, checkMs);
    if (this.#refusal) return settle(this.#nextRefusal());
    if (checked.stopped) this.#refusal = notStarted;
    if (checked.parts.length === 0) return settle(withChecked(applied(), checked, checkMs));
    const carrier = events.carrierOf(span);
    const written = stripes.write(checked.parts.map(({ stripe, part }) => ({ stripe, part: { ...part, ...carrier } })));
    written
      .then((joined) => settle(withChecked(joined.outcome, checked, checkMs), joined.writtenOffsets))
      .catch(this.#parts.fail);
  }

  /** Only the first batch that is refused names the reason. */
  #nextRefusal(): Outcome {
    const refusal = this.#refusal ?? notStarted;
    this.#refusal = notStarted;
    return refusal;
  }

  #emit({ outcome, writtenOffsets, byteCount, span }: Answer): void {
    const isBehind = this.#isClosed && outcome.result === Result.APPLIED;
    const answer = isBehind ? { ...notStarted, sequence: outcome.sequence, writtenOffsets } : outcome;
    if (endsStream(answer)) this.#isClosed = true;
    this.#unansweredBytes -= byteCount;
    this.#parts.events.batchAnswered(span, answer);
    this.#parts.answer(answer);
    if (this.#answers.waiting > 0) return;
    this.#whenAnswered?.();
    this.#whenAnswered = undefined;
  }
}

/** Adds what the validator itself made of records to an APPLIED outcome; behind a stop of the inserter nothing counts. */
function withChecked(told: Outcome, { rejections, filteredOffsets, stopped }: CheckedBatch, checkMs: number): Outcome {
  const outcome = { ...told, timing: { ...(told.timing ?? { writeMs: 0, milvusMs: 0 }), checkMs } };
  if (outcome.result !== Result.APPLIED) return outcome;
  if (outcome.stopped) {
    const stop = outcome.rejections[0]?.offset ?? 0n;
    return { ...outcome, filteredRows: filteredOffsets.filter((offset) => offset < stop).length };
  }
  const all = [...outcome.rejections, ...rejections].sort((a, b) => (a.offset < b.offset ? -1 : 1));
  return { ...outcome, rejections: all, filteredRows: filteredOffsets.length, stopped };
}
