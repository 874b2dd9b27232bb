import type { Pieces, ScatteredRecordBatch } from '@millrace/contracts';
import { type KafkaRecord, lastHeader, type Travelling } from './kafka-record.ts';

/** What a RecordBatch holds of its records, whose bytes stay where they were read. */
type RecordColumns = Pick<
  ScatteredRecordBatch,
  | 'firstOffset'
  | 'offsetDeltas'
  | 'firstTimestampMs'
  | 'timestampDeltasMs'
  | 'values'
  | 'valueSizes'
  | 'keys'
  | 'keySizes'
  | 'headers'
>;

/** Records, in offset order, as the columns of a batch (proto/millrace/v1/schema_validator.proto). */
export function recordColumns(records: readonly KafkaRecord[], { keys, headers }: Travelling): RecordColumns {
  const firstOffset = records[0]?.offset ?? 0n;
  const firstTimestampMs = records[0]?.timestampMs ?? 0n;
  const values = records.map(({ value }) => value);
  const keyPieces = keys ? records.map(({ key }) => key) : [];
  return {
    firstOffset,
    offsetDeltas: records.map(({ offset }) => offset - firstOffset),
    firstTimestampMs,
    timestampDeltasMs: records.map(({ timestampMs }) => timestampMs - firstTimestampMs),
    values,
    valueSizes: sizesOf(values),
    keys: keyPieces,
    keySizes: sizesOf(keyPieces),
    headers: headers.map((name) => headerColumn(records, name)),
  };
}

function headerColumn(records: readonly KafkaRecord[], name: string): RecordColumns['headers'][number] {
  const values = records.map((record) => lastHeader(record.headers, name) ?? null);
  return { name, values, valueSizes: sizesOf(values) };
}

/** The size of each piece plus one, and zero for one that is null. */
function sizesOf(pieces: Pieces): number[] {
  return pieces.map((piece) => (piece ? piece.length + 1 : 0));
}
