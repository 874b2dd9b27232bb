import {
  type BatchTiming,
  type EntityBatch,
  InsertMode,
  type Outcome,
  type Rejection,
  Result,
} from '@millrace/contracts';
import { applied } from './outcomes.ts';
import type { StripePart } from './stripes.ts';

/** The joined outcome of a batch's parts. */
export interface Joined {
  readonly outcome: Outcome;
  /** Insert mode: offsets known to be written, should the batch have to be sent again all the same. */
  readonly writtenOffsets: readonly bigint[];
}

export interface WrittenPart extends StripePart {
  readonly outcome: Outcome;
}

/**
 * Joins the outcomes of a batch's parts: INDEFINITE if any is, else NOT_APPLIED if any is, else APPLIED with the sums.
 * A rejection that stopped a stripe stops the batch there: of the other stripes counts what has a lower offset, and of
 * several such rejections the first. Behind it in its own stripe nothing was begun.
 */
export function joinOutcomes(written: readonly WrittenPart[], insertMode: InsertMode): Joined {
  const counted = [...Map.groupBy(written, ({ stripe }) => stripe).values()].flatMap(untilStopped);
  const outcomes = counted.map(({ outcome }) => outcome);
  const worst =
    outcomes.find(({ result }) => result === Result.INDEFINITE) ??
    outcomes.find(({ result }) => result !== Result.APPLIED);
  const writtenOffsets = insertMode === InsertMode.INSERT ? written.flatMap(offsetsWritten) : [];
  const timing = slowest(written);
  if (worst) return { outcome: { ...worst, writtenOffsets, timing }, writtenOffsets };
  const stops = counted.filter(({ outcome }) => outcome.stopped);
  const first = stops.reduce<WrittenPart | undefined>(
    (least, stop) => (least && stopOffsetOf(least) < stopOffsetOf(stop) ? least : stop),
    undefined,
  );
  const sums = first ? counted.map((part) => countsBelow(part, stopOffsetOf(first), first.stripe)) : outcomes;
  const outcome: Outcome = {
    ...applied(),
    timing,
    rejections: sorted(sums.flatMap(({ rejections }) => rejections)),
    stopped: first !== undefined,
    writtenRows: sum(sums.map(({ writtenRows }) => writtenRows)),
    supersededRows: sum(sums.map(({ supersededRows }) => supersededRows)),
    deletedRows: sum(sums.map(({ deletedRows }) => deletedRows)),
    filteredRows: sum(sums.map(({ filteredRows }) => filteredRows)),
  };
  return { outcome, writtenOffsets };
}

/** The timing of the part whose write has taken longest; undefined where no inserter has told one. */
function slowest(written: readonly WrittenPart[]): BatchTiming | undefined {
  const timings = written.flatMap(({ outcome }) => outcome.timing ?? []);
  return timings.reduce<BatchTiming | undefined>(
    (longest, timing) => (longest && longest.writeMs >= timing.writeMs ? longest : timing),
    undefined,
  );
}

/** A stripe's parts up to the one that a rejection stopped. */
function untilStopped(parts: readonly WrittenPart[]): readonly WrittenPart[] {
  const stop = parts.findIndex(({ outcome }) => outcome.stopped);
  return stop < 0 ? parts : parts.slice(0, stop + 1);
}

/** Of a stopped part: the offset of its one rejection. */
function stopOffsetOf({ outcome }: WrittenPart): bigint {
  return outcome.rejections[0]?.offset ?? 0n;
}

/**
 * What counts of a part when the batch stops at an offset. The stripe that stopped it has counted so itself; of another
 * one all entries below the offset are written, or superseded by an entry that is: which of the two is not known, and
 * they count as written.
 */
function countsBelow(written: WrittenPart, stopOffset: bigint, stoppedStripe: number): Outcome {
  const { stripe, part, outcome } = written;
  if (stripe === stoppedStripe) return outcome;
  const below = (deltas: readonly bigint[]) => deltas.filter((delta) => part.firstOffset + delta < stopOffset).length;
  const rows = below(part.offsetDeltas);
  const deletes = below(part.deletes?.offsetDeltas ?? []);
  return { ...outcome, rejections: [], writtenRows: rows, supersededRows: 0, deletedRows: deletes };
}

function offsetsWritten({
  part,
  outcome,
}: {
  readonly part: EntityBatch;
  readonly outcome: Outcome;
}): readonly bigint[] {
  if (outcome.result !== Result.APPLIED) return outcome.writtenOffsets;
  const rejected = new Set(outcome.rejections.map((rejection: Rejection) => rejection.offset));
  const [stopOffset] = outcome.stopped ? rejected : [];
  return part.offsetDeltas
    .map((delta) => part.firstOffset + delta)
    .filter((offset) => !rejected.has(offset) && (stopOffset === undefined || offset < stopOffset));
}

/** Each stripe's are in offset order. */
function sorted(rejections: Rejection[]): Rejection[] {
  return rejections.sort((a, b) => (a.offset < b.offset ? -1 : 1));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
