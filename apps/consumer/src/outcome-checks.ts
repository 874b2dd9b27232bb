import { Outcome, type Rejection, RejectionStage, Result, type Violation } from '@millrace/contracts';
import { violations } from '@millrace/errors';
import type { KafkaRecord } from '@millrace/lanes';
import type { OutgoingBatch } from './outgoing-batch.ts';

/**
 * Whether an APPLIED outcome says of every record of its batch what became of it, with rejections in offset order. One
 * that is `stopped` has to be asked for (errors.tolerance=none) and to account for the records before its rejection.
 */
export function accountsForAll(batch: OutgoingBatch, outcome: Outcome, stopAtRejection: boolean): boolean {
  const { result, rejections, stopped } = outcome;
  if (result !== Result.APPLIED) return true;
  if (!areInOrder(batch, rejections)) return false;
  const accounted = endedRecords(outcome);
  if (!stopped) return accounted + rejections.length === batch.records.length;
  const [only, another] = rejections;
  if (!stopAtRejection || !only || another) return false;
  return accounted === batch.records.filter(({ offset }) => offset < only.offset).length;
}

/** Records that an outcome tells the end of, other than rejected ones. */
export function endedRecords({ writtenRows, supersededRows, deletedRows, filteredRows }: Outcome): number {
  return writtenRows + supersededRows + deletedRows + filteredRows;
}

/** Whether the rejections are of different records of the batch, in their order. */
function areInOrder(batch: OutgoingBatch, rejections: readonly Rejection[]): boolean {
  if (rejections.length === 0) return true;
  const offsets = new Set(batch.records.map(({ offset }) => offset));
  return rejections.every(
    ({ offset }, index) => offsets.has(offset) && offset > (rejections[index - 1]?.offset ?? offset - 1n),
  );
}

/** The outcome of a record that no server takes, decided here: it never crosses a hop. */
export function tooLarge(record: KafkaRecord, bytes: number, bytesMax: number): Outcome {
  const code = 'record.too_large';
  const { title, hint } = violations[code];
  const violation: Violation = {
    code,
    path: '$',
    message: title,
    expected: `at most ${bytesMax} bytes with its key`,
    found: `${bytes} bytes`,
    hint,
  };
  const rejection: Rejection = {
    offset: record.offset,
    stage: RejectionStage.DECODE,
    violations: [violation],
    violationsOmitted: 0,
    primaryKey: '',
    schemaVersion: '',
    milvusCode: 0,
  };
  return { ...Outcome.create(), result: Result.APPLIED, rejections: [rejection] };
}
