import {
  type Column,
  type Deletes,
  type EntityBatch,
  FieldType,
  type SchemaVersion,
} from '../gen/millrace/v1/inserter.ts';
import type { HeaderColumn, RecordBatch } from '../gen/millrace/v1/schema_validator.ts';
import { messageForm, repeated, submessage } from './message-form.ts';
import { packedSint64, packedUint32, packedUint64 } from './packed-fields.ts';
import { bool, bytes, enumeration, int64, text, uint32, uint64 } from './scalar-fields.ts';
import type { ScatteredHeaderColumn, ScatteredRecordBatch } from './scattered-record-batch.ts';

// Messages as proto/millrace/v1 has them. Each table is total, and a property test holds it against the generated code.

const headerColumn = messageForm<HeaderColumn, ScatteredHeaderColumn>({
  name: text(1),
  values: bytes(2),
  valueSizes: packedUint32(3),
});

export const recordBatchForm = messageForm<RecordBatch, ScatteredRecordBatch>({
  sequence: uint64(1),
  firstOffset: int64(2),
  offsetDeltas: packedUint64(3),
  firstTimestampMs: int64(4),
  timestampDeltasMs: packedSint64(5),
  values: bytes(6),
  valueSizes: packedUint32(7),
  keys: bytes(8),
  keySizes: packedUint32(9),
  notAfterUnixMs: int64(10),
  traceparent: text(11),
  tracestate: text(12),
  byteCount: uint64(13),
  attempt: uint32(14),
  headers: repeated(15, headerColumn),
});

const column = messageForm<Column>({
  fieldName: text(1),
  type: enumeration<FieldType>(2, FieldType.UNSPECIFIED),
  elements: bytes(3),
  valid: bytes(4),
  dim: uint32(5),
  isDynamic: bool(6),
  elementType: enumeration<FieldType>(7, FieldType.UNSPECIFIED),
  structName: text(8),
});

const deletes = messageForm<Deletes>({
  offsetDeltas: packedUint64(1),
  keys: submessage(2, column),
});

const schemaVersion = messageForm<SchemaVersion>({
  collectionId: int64(1),
  schemaTimestamp: uint64(2),
  fingerprint: text(3),
});

export const entityBatchForm = messageForm<EntityBatch>({
  sequence: uint64(1),
  rowCount: uint32(2),
  firstOffset: int64(3),
  offsetDeltas: packedUint64(4),
  columns: repeated(5, column),
  schemaVersion: submessage(6, schemaVersion),
  notAfterUnixMs: int64(7),
  traceparent: text(8),
  tracestate: text(9),
  byteCount: uint64(10),
  deletes: submessage(11, deletes),
});
