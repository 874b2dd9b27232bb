import {
  type EntityBatch,
  type RecordBatch,
  type Rejection,
  type SchemaVersion,
  schemaVersionText,
} from '@millrace/contracts';
import type { BatchRecord } from './record-batch.ts';
import { recordsOf } from './record-batch.ts';
import { Report } from './report.ts';
import type { RowEncoder } from './row-encoder.ts';

export interface CheckLimits {
  /** Largest value of a record, bytes. */
  readonly recordBytesMax: number;
  /** Largest EntityBatch, in bytes of its byte_count: what the inserter accepts. */
  readonly partBytesMax: number;
  /** Violations listed per record; the rest is counted. */
  readonly violationsMax: number;
}

export interface CheckOptions extends CheckLimits {
  readonly version: SchemaVersion | undefined;
  readonly stopAtRejection: boolean;
}

/** What became of a batch's records: rows in one or several parts, none too large for the inserter, and rejections. */
export interface CheckedBatch {
  /** In offset order; the sequence is the stripe's to give. */
  readonly parts: readonly EntityBatch[];
  readonly rejections: readonly Rejection[];
  /** The batch counts only up to its one rejection. */
  readonly stopped: boolean;
}

/** How long a batch may hold the event loop before other lanes and the health checks have their turn. */
const sliceMs = 10;

/** Checks the records of one batch in offset order, in slices; gives up between slices once `signal` is aborted. */
export async function checkBatch(
  batch: RecordBatch,
  rows: RowEncoder,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckedBatch> {
  const checker = new BatchChecker(batch, rows, options);
  let sliceEnd = performance.now() + sliceMs;
  for (const record of recordsOf(batch)) {
    checker.add(record);
    if (checker.stopped) break;
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) break;
    sliceEnd = performance.now() + sliceMs;
  }
  return checker.finish();
}

class BatchChecker {
  stopped = false;
  readonly #batch: RecordBatch;
  readonly #rows: RowEncoder;
  readonly #options: CheckOptions;
  readonly #report: Report;
  readonly #parts: EntityBatch[] = [];
  readonly #rejections: Rejection[] = [];
  #offsetDeltas: bigint[] = [];

  constructor(batch: RecordBatch, rows: RowEncoder, options: CheckOptions) {
    this.#batch = batch;
    this.#rows = rows;
    this.#options = options;
    this.#report = new Report(options.violationsMax);
  }

  add(record: BatchRecord): void {
    const before = this.#rows.byteCount;
    this.#check(record.value);
    if (this.#report.isClean && this.#rows.byteCount > this.#options.partBytesMax) {
      this.#closePartBefore(record.value, this.#rows.byteCount - before);
    }
    if (this.#report.isClean) this.#offsetDeltas.push(record.offsetDelta);
    else this.#reject(record);
  }

  finish(): CheckedBatch {
    if (this.#rows.rowCount > 0) this.#closePart();
    return { parts: this.#parts, rejections: this.#rejections, stopped: this.stopped };
  }

  #check(value: Buffer | undefined): void {
    const { recordBytesMax } = this.#options;
    if (value === undefined) {
      this.#report.add('V009', { path: '$', expected: 'a JSON object', found: 'no value (a tombstone)' });
    } else if (value.length > recordBytesMax) {
      const message = `the record's value has ${value.length} bytes, the limit is ${recordBytesMax}`;
      const found = `${value.length} bytes`;
      this.#report.add('V008', { path: '$', message, expected: `at most ${recordBytesMax} bytes`, found });
    } else this.#rows.add(value, this.#report);
  }

  /** The row that was just added makes the part too large: it begins the next part, unless it is too large by itself. */
  #closePartBefore(value: Buffer | undefined, rowBytes: number): void {
    const { partBytesMax } = this.#options;
    this.#rows.takeBack();
    if (rowBytes > partBytesMax) {
      const found = `${rowBytes} bytes`;
      this.#report.add('V023', { path: '$', expected: `at most ${partBytesMax} bytes in columns`, found });
      return;
    }
    this.#closePart();
    this.#check(value);
  }

  #closePart(): void {
    const { firstOffset, notAfterUnixMs } = this.#batch;
    const byteCount = BigInt(this.#rows.byteCount);
    const rowCount = this.#rows.rowCount;
    this.#parts.push({
      sequence: 0n,
      rowCount,
      firstOffset,
      offsetDeltas: this.#offsetDeltas,
      columns: this.#rows.take(),
      schemaVersion: this.#options.version,
      notAfterUnixMs,
      traceparent: '',
      tracestate: '',
      byteCount,
      deletes: undefined,
    });
    this.#offsetDeltas = [];
  }

  #reject({ offset, value }: BatchRecord): void {
    const { violations, omitted, stage } = this.#report.take();
    const isRead = value !== undefined && value.length <= this.#options.recordBytesMax;
    this.#rejections.push({
      offset,
      violations,
      stage,
      milvusCode: 0,
      violationsOmitted: omitted,
      primaryKey: isRead ? this.#rows.keyText(value) : '',
      schemaVersion: schemaVersionText(this.#options.version),
    });
    this.stopped = this.#options.stopAtRejection;
  }
}
