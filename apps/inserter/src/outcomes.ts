import {
  type Failure,
  NotAppliedReason,
  Outcome,
  type Rejection,
  RejectionStage,
  Result,
  schemaVersionText,
} from '@millrace/contracts';
import type { Applied, End, EntryState } from './bisect.ts';
import type { Entries } from './entries.ts';
import type { MergedEntries } from './merge.ts';
import type { Refusal } from './milvus-errors.ts';
import { type RefusalRule, refusalRules } from './refusal-classes.ts';

export interface OutcomeOptions {
  readonly stopAtRejection: boolean;
  /** Rows have no key that a resend would meet again: say which ones are written. */
  readonly listsWritten: boolean;
  /** The primary key's field, so that a rejection can name its record. */
  readonly keyField: string | undefined;
}

/** One outcome per part, in order: those before the first that is not APPLIED are, those behind it are not. */
export function toOutcomes(merged: MergedEntries, applied: Applied, options: OutcomeOptions): readonly Outcome[] {
  let start = 0;
  let ended = false;
  return merged.parts.map((part, index) => {
    const states = applied.states[index] ?? [];
    const refusals = applied.refusals[index] ?? new Map<number, Refusal>();
    const [from, to] = [start, start + part.count];
    start = to;
    if (ended && !(applied.end && overlaps(applied.end, from, to)))
      return notApplied(part, NotAppliedReason.NOT_STARTED);
    const stopped = options.stopAtRejection && refusals.size > 0;
    if (!ended && (stopped || !states.includes('untouched'))) {
      ended = stopped;
      return appliedOutcome(part, states, refusals, stopped, options.keyField);
    }
    ended = true;
    const outcome = applied.end ? endedOutcome(part, applied.end) : notApplied(part, NotAppliedReason.NOT_STARTED);
    return options.listsWritten ? { ...outcome, writtenOffsets: writtenOffsets(part, states) } : outcome;
  });
}

export function notApplied(entries: Entries, reason: NotAppliedReason, failure?: Failure): Outcome {
  return Outcome.fromPartial({
    sequence: entries.batch.sequence,
    result: Result.NOT_APPLIED,
    reason,
    ...(failure && { failure }),
  });
}

function overlaps(end: End, from: number, to: number): boolean {
  return from < end.to && to > end.from;
}

function appliedOutcome(
  part: Entries,
  states: readonly EntryState[],
  refusals: ReadonlyMap<number, Refusal>,
  stopped: boolean,
  keyField: string | undefined,
): Outcome {
  const rejections = [...refusals].sort(([a], [b]) => a - b);
  return {
    ...Outcome.fromPartial({ sequence: part.batch.sequence, result: Result.APPLIED }),
    rejections: rejections.map(([entry, refusal]) => toRejection(part, entry, refusal, keyField)),
    writtenRows: states.filter((state, entry) => state === 'done' && !part.isDelete(entry)).length,
    deletedRows: states.filter((state, entry) => state === 'done' && part.isDelete(entry)).length,
    supersededRows: states.filter((state) => state === 'superseded').length,
    stopped,
  };
}

function toRejection(part: Entries, entry: number, { failure }: Refusal, keyField: string | undefined): Rejection {
  const { code, message, hint, milvusCode } = failure;
  return {
    offset: part.offset(entry),
    violations: [{ code, path: '$', message, expected: '', found: '', hint }],
    stage: RejectionStage.WRITE,
    milvusCode,
    violationsOmitted: 0,
    primaryKey: keyField === undefined ? '' : part.keyText(keyField, entry),
    schemaVersion: schemaVersionText(part.batch.schemaVersion),
  };
}

/** A total table: a way to end without its outcome does not compile. */
const byEnd: Record<RefusalRule['endsAs'], (part: Entries, failure: Failure) => Outcome> = {
  BLOCKED: (part, failure) => notApplied(part, NotAppliedReason.BLOCKED, failure),
  SCHEMA_CHANGED: (part) => notApplied(part, NotAppliedReason.SCHEMA_CHANGED),
  INDEFINITE: (part, failure) =>
    Outcome.fromPartial({ sequence: part.batch.sequence, result: Result.INDEFINITE, failure }),
};

function endedOutcome(part: Entries, { result }: End): Outcome {
  if (result.kind === 'refused') {
    return byEnd[refusalRules[result.refusal.class].endsAs](part, result.refusal.failure);
  }
  return notApplied(part, result.kind === 'expired' ? NotAppliedReason.EXPIRED : NotAppliedReason.DRAINING);
}

function writtenOffsets(part: Entries, states: readonly EntryState[]): bigint[] {
  return states.flatMap((state, entry) => (state === 'done' ? [part.offset(entry)] : []));
}
