import type { HeaderColumn, RecordBatch } from '@millrace/contracts';
import { type KafkaRecord, lastHeader, type Travelling } from './kafka-record.ts';

/** What a RecordBatch holds of its records. */
type RecordColumns = Pick<
  RecordBatch,
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
  const values = columnOf(records.map(({ value }) => value));
  const keyColumn = keys ? columnOf(records.map(({ key }) => key)) : noColumn;
  return {
    firstOffset,
    offsetDeltas: records.map(({ offset }) => offset - firstOffset),
    firstTimestampMs,
    timestampDeltasMs: records.map(({ timestampMs }) => timestampMs - firstTimestampMs),
    values: values.bytes,
    valueSizes: values.sizes,
    keys: keyColumn.bytes,
    keySizes: keyColumn.sizes,
    headers: headers.map((name) => headerColumn(records, name)),
  };
}

function headerColumn(records: readonly KafkaRecord[], name: string): HeaderColumn {
  const { bytes, sizes } = columnOf(records.map((record) => lastHeader(record.headers, name) ?? null));
  return { name, values: bytes, valueSizes: sizes };
}

const empty = Buffer.alloc(0);

interface BytesColumn {
  readonly bytes: Buffer;
  readonly sizes: number[];
}

const noColumn: BytesColumn = { bytes: empty, sizes: [] };

/** Parts one after the other; the size of each plus one, and zero for one that is null. */
function columnOf(parts: readonly (Buffer | null)[]): BytesColumn {
  return {
    bytes: Buffer.concat(parts.map((part) => part ?? empty)),
    sizes: parts.map((part) => (part ? part.length + 1 : 0)),
  };
}
