import type { HeaderColumn, RecordBatch } from '@millrace/contracts';
import type { Sendable } from '@millrace/delivery';
import type { Span as TraceSpan } from '@opentelemetry/api';
import { heldBytes, type KafkaRecord, lastHeader, sentBytes, type Travelling } from './kafka-record.ts';
import type { Span } from './offset-tracker.ts';

/** Records that travel together until they are settled, however often they have to be sent. */
export class OutgoingBatch implements Sendable {
  readonly span: Span;
  readonly trace: TraceSpan;
  records: readonly KafkaRecord[];
  /** Rows of records that an earlier, failed sending is known to have written (insert mode). */
  writtenBefore = 0;
  /** What it counts for on the way. */
  byteCount: number;
  /** What its records take up here. */
  heldBytes: number;
  notAfterMs = 0;
  attempts = 0;
  readonly #travelling: Travelling;

  constructor(records: readonly KafkaRecord[], span: Span, trace: TraceSpan, travelling: Travelling) {
    this.records = records;
    this.span = span;
    this.trace = trace;
    this.#travelling = travelling;
    this.byteCount = total(records, (record) => sentBytes(record, travelling));
    this.heldBytes = total(records, heldBytes);
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
    this.byteCount = total(left, (record) => sentBytes(record, this.#travelling));
    this.heldBytes = total(left, heldBytes);
  }

  /** The message for one sending. The order of the fields is the contract's (proto/millrace/v1). */
  toMessage(sequence: number, carrier: { readonly traceparent: string; readonly tracestate: string }): RecordBatch {
    const first = this.records[0];
    const firstOffset = first?.offset ?? 0n;
    const firstTimestampMs = first?.timestampMs ?? 0n;
    const { values, sizes } = columnOf(this.records.map(({ value }) => value));
    const keys = this.#travelling.keys ? columnOf(this.records.map(({ key }) => key)) : noColumn;
    return {
      sequence: BigInt(sequence),
      firstOffset,
      offsetDeltas: this.records.map((record) => record.offset - firstOffset),
      firstTimestampMs,
      timestampDeltasMs: this.records.map((record) => record.timestampMs - firstTimestampMs),
      values,
      valueSizes: sizes,
      keys: keys.values,
      keySizes: keys.sizes,
      notAfterUnixMs: BigInt(this.notAfterMs),
      traceparent: carrier.traceparent,
      tracestate: carrier.tracestate,
      byteCount: BigInt(this.byteCount),
      attempt: this.attempts - 1,
      headers: this.#travelling.headers.map((name) => this.#headerColumn(name)),
    };
  }

  #headerColumn(name: string): HeaderColumn {
    const { values, sizes } = columnOf(this.records.map((record) => lastHeader(record.headers, name) ?? null));
    return { name, values, valueSizes: sizes };
  }
}

const empty = Buffer.alloc(0);

interface BytesColumn {
  readonly values: Buffer;
  readonly sizes: number[];
}

const noColumn: BytesColumn = { values: empty, sizes: [] };

/** Parts one after the other; the size of each plus one, and zero for one that is null. */
function columnOf(parts: readonly (Buffer | null)[]): BytesColumn {
  return {
    values: Buffer.concat(parts.map((part) => part ?? empty)),
    sizes: parts.map((part) => (part ? part.length + 1 : 0)),
  };
}

function total(records: readonly KafkaRecord[], bytesOf: (record: KafkaRecord) => number): number {
  return records.reduce((sum, record) => sum + bytesOf(record), 0);
}
