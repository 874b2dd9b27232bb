import { type Failure, NotAppliedReason, Outcome, Result } from '@millrace/contracts';

/** Outcomes as the validator makes them; the lane puts in the sequence number of the batch. */
export function applied(): Outcome {
  return Outcome.create({ result: Result.APPLIED });
}

export function notApplied(reason: NotAppliedReason, failure?: Failure): Outcome {
  return { ...Outcome.create({ result: Result.NOT_APPLIED, reason }), failure };
}

export function indefinite(failure: Failure): Outcome {
  return { ...Outcome.create({ result: Result.INDEFINITE }), failure };
}

/** The outcome without anything of records' values: `found` and primary keys of rejections are `***`. */
export function withoutValues(outcome: Outcome): Outcome {
  const rejections = outcome.rejections.map((rejection) => ({
    ...rejection,
    primaryKey: rejection.primaryKey && mask,
    violations: rejection.violations.map((violation) => ({ ...violation, found: mask })),
  }));
  return { ...outcome, rejections };
}

const mask = '***';

/** Whether nothing behind this outcome may count as applied (lane.proto). */
export function endsStream(outcome: Outcome): boolean {
  return outcome.result !== Result.APPLIED || outcome.stopped;
}

export const notStarted = notApplied(NotAppliedReason.NOT_STARTED);
