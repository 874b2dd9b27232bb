import { Outcome, type Rejection, RejectionStage, Result, type Violation } from '@millrace/contracts';
import { type KafkaRecord, recordBytes } from './kafka-record.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';

/** Whether an APPLIED outcome says of every record of its batch what became of it. */
export function accountsForAll(batch: OutgoingBatch, outcome: Outcome): boolean {
  if (outcome.result !== Result.APPLIED || outcome.stopped) return true;
  const told = outcome.writtenRows + outcome.supersededRows + outcome.rejections.length;
  return told === batch.records.length;
}

/** The outcome of a record that no server takes, decided here: it never crosses a hop. */
export function tooLarge(record: KafkaRecord, bytesMax: number): Outcome {
  const violation: Violation = {
    code: 'record.too_large',
    path: '$',
    message: 'the record is larger than a batch may be',
    expected: `at most ${bytesMax} bytes with its key`,
    found: `${recordBytes(record)} bytes`,
    hint: 'Raise BATCH_BYTES_MAX of the schema-validator and the inserter, or make the record smaller.',
  };
  const rejection: Rejection = {
    offset: record.offset,
    stage: RejectionStage.DECODE,
    violations: [violation],
    violationsOmitted: 0,
    milvusCode: 0,
  };
  return { ...Outcome.create(), result: Result.APPLIED, rejections: [rejection] };
}
