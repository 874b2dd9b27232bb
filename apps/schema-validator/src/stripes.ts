import { type EntityBatch, InsertMode, type Outcome, type Rejection, Result } from '@millrace/contracts';
import { applied } from './outcomes.ts';
import type { StripeStream } from './stripe-stream.ts';

/** The joined outcome of a batch's parts. */
export interface Joined {
  readonly outcome: Outcome;
  /** Insert mode: offsets known to be written, should the batch have to be sent again all the same. */
  readonly writtenOffsets: readonly bigint[];
}

/** The streams of a lane's stripes: parts go out over them, and their outcomes come back as one per batch. */
export class Stripes {
  /** One stripe so far; rows will be shared out by the hash of their key. */
  readonly #stream: StripeStream;
  readonly #insertMode: InsertMode;

  constructor(stream: StripeStream, insertMode: InsertMode) {
    this.#stream = stream;
    this.#insertMode = insertMode;
  }

  /** Writes the parts of one batch, which are in offset order; never rejects. */
  async write(parts: readonly EntityBatch[]): Promise<Joined> {
    const outcomes = await Promise.all(parts.map((part) => this.#stream.send(part)));
    return joinOutcomes(parts, outcomes, this.#insertMode);
  }

  stopSending(): void {
    this.#stream.stopSending();
  }

  end(): void {
    this.#stream.end();
  }

  cancel(): void {
    this.#stream.cancel();
  }
}

/**
 * Joins the outcomes of a batch's parts: INDEFINITE if any is, else NOT_APPLIED if any is, else APPLIED with the sums.
 * Behind a part that a rejection stopped nothing counts.
 */
export function joinOutcomes(
  parts: readonly EntityBatch[],
  outcomes: readonly Outcome[],
  insertMode: InsertMode,
): Joined {
  const stop = outcomes.findIndex((outcome) => outcome.stopped);
  const counted = stop < 0 ? outcomes : outcomes.slice(0, stop + 1);
  const worst =
    counted.find((outcome) => outcome.result === Result.INDEFINITE) ??
    counted.find((outcome) => outcome.result !== Result.APPLIED);
  const writtenOffsets =
    insertMode === InsertMode.INSERT ? outcomes.flatMap((outcome, index) => offsetsWritten(parts[index], outcome)) : [];
  if (worst) return { outcome: { ...worst, writtenOffsets }, writtenOffsets };
  const outcome: Outcome = {
    ...applied(),
    rejections: counted.flatMap((part) => part.rejections),
    stopped: stop >= 0,
    writtenRows: counted.reduce((sum, part) => sum + part.writtenRows, 0),
    supersededRows: counted.reduce((sum, part) => sum + part.supersededRows, 0),
    deletedRows: counted.reduce((sum, part) => sum + part.deletedRows, 0),
    filteredRows: counted.reduce((sum, part) => sum + part.filteredRows, 0),
  };
  return { outcome, writtenOffsets };
}

function offsetsWritten(part: EntityBatch | undefined, outcome: Outcome): readonly bigint[] {
  if (outcome.result !== Result.APPLIED || !part) return outcome.writtenOffsets;
  const rejected = new Set(outcome.rejections.map((rejection: Rejection) => rejection.offset));
  const [stopOffset] = outcome.stopped ? rejected : [];
  return part.offsetDeltas
    .map((delta) => part.firstOffset + delta)
    .filter((offset) => !rejected.has(offset) && (stopOffset === undefined || offset < stopOffset));
}
