import type { ScatteredRecordBatch } from '@millrace/contracts';
import type { Sendable } from '@millrace/delivery';
import { type KafkaRecord, recordColumns, type Travelling } from '@millrace/lanes';
import type { Span as TraceSpan } from '@opentelemetry/api';
import type { Span } from './offset-tracker.ts';
import { type WeighedRecords, weigh } from './weighed-records.ts';

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
  /** When it was formed, and last sent, milliseconds since the Unix epoch. */
  formedMs = 0;
  sentMs = 0;
  attempts = 0;
  /** Sent, and no answer has said for certain that nothing of it is or will be written, or what is. */
  isInDoubt = false;
  /** The offset after its last record. */
  readonly endOffset: bigint;
  readonly #travelling: Travelling;

  constructor(taken: WeighedRecords, span: Span, trace: TraceSpan, travelling: Travelling) {
    const { records, sentBytes, heldBytes } = taken;
    this.records = records;
    this.span = span;
    this.trace = trace;
    this.#travelling = travelling;
    this.endOffset = (records.at(-1)?.offset ?? -1n) + 1n;
    this.byteCount = sentBytes;
    this.heldBytes = heldBytes;
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
    const { sentBytes, heldBytes } = weigh(left, this.#travelling);
    this.byteCount = sentBytes;
    this.heldBytes = heldBytes;
  }

  /** The message for one sending. */
  toMessage(
    sequence: number,
    carrier: { readonly traceparent: string; readonly tracestate: string },
  ): ScatteredRecordBatch {
    return {
      sequence: BigInt(sequence),
      ...recordColumns(this.records, this.#travelling),
      notAfterUnixMs: BigInt(this.notAfterMs),
      traceparent: carrier.traceparent,
      tracestate: carrier.tracestate,
      byteCount: BigInt(this.byteCount),
      attempt: this.attempts - 1,
    };
  }
}
