import type { RecordBatch } from '@millrace/contracts';
import type { Sendable } from '@millrace/delivery';
import type { Span as TraceSpan } from '@opentelemetry/api';
import { type KafkaRecord, recordBytes } from './kafka-record.ts';
import type { Span } from './offset-tracker.ts';

/** Records that travel together until they are settled, however often they have to be sent. */
export class OutgoingBatch implements Sendable {
  readonly span: Span;
  readonly trace: TraceSpan;
  records: readonly KafkaRecord[];
  /** Rows of records that an earlier, failed sending is known to have written (insert mode). */
  writtenBefore = 0;
  byteCount: number;
  notAfterMs = 0;
  attempts = 0;

  constructor(records: readonly KafkaRecord[], span: Span, trace: TraceSpan) {
    this.records = records;
    this.span = span;
    this.trace = trace;
    this.byteCount = totalBytes(records);
  }

  /** Records whose end is still to be told, also those that are already known to be written. */
  get recordCount(): number {
    return this.records.length + this.writtenBefore;
  }

  /** Leaves out records that an answer has shown to be written, so that a resend does not write them twice. */
  leaveOut(writtenOffsets: readonly bigint[]): void {
    if (writtenOffsets.length === 0) return;
    const written = new Set(writtenOffsets);
    const left = this.records.filter((record) => !written.has(record.offset));
    this.writtenBefore += this.records.length - left.length;
    this.records = left;
    this.byteCount = totalBytes(left);
  }

  /** The message for one sending. The order of the fields is the contract's (proto/millrace/v1). */
  toMessage(sequence: number, carrier: { readonly traceparent: string; readonly tracestate: string }): RecordBatch {
    const first = this.records[0];
    const firstOffset = first?.offset ?? 0n;
    const firstTimestampMs = first?.timestampMs ?? 0n;
    return {
      sequence: BigInt(sequence),
      firstOffset,
      offsetDeltas: this.records.map((record) => record.offset - firstOffset),
      firstTimestampMs,
      timestampDeltasMs: this.records.map((record) => record.timestampMs - firstTimestampMs),
      values: Buffer.concat(this.records.map((record) => record.value ?? empty)),
      valueSizes: this.records.map((record) => (record.value ? record.value.length + 1 : 0)),
      keys: empty,
      keySizes: [],
      notAfterUnixMs: BigInt(this.notAfterMs),
      traceparent: carrier.traceparent,
      tracestate: carrier.tracestate,
      byteCount: BigInt(this.byteCount),
      attempt: this.attempts - 1,
      headers: [],
    };
  }
}

const empty = Buffer.alloc(0);

function totalBytes(records: readonly KafkaRecord[]): number {
  return records.reduce((sum, record) => sum + recordBytes(record), 0);
}
