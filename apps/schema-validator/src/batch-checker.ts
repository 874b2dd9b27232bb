import {
  type EntityBatch,
  type RecordBatch,
  type Rejection,
  type SchemaVersion,
  schemaVersionText,
} from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import type { BatchRecord } from './record-batch.ts';
import { recordsOf } from './record-batch.ts';
import { Report } from './report.ts';
import type { RowEncoder } from './row-encoder.ts';
import type { Intent, RecordReader } from './shape/record-reader.ts';

export interface CheckLimits {
  /** Largest EntityBatch, in bytes of its byte_count: what the inserter accepts. */
  readonly partBytesMax: number;
  /** Violations listed per record; the rest is counted. */
  readonly violationsMax: number;
}

export interface CheckOptions extends CheckLimits {
  readonly version: SchemaVersion | undefined;
  readonly stopAtRejection: boolean;
  /** Measures the slices. */
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * What became of a batch's records: rows and deletes in one or several parts, none too large for the inserter,
 * rejections, and records that are left out.
 */
export interface CheckedBatch {
  /** In offset order; the sequence is the stripe's to give. */
  readonly parts: readonly EntityBatch[];
  readonly rejections: readonly Rejection[];
  /** Offsets of the records that an option of the connector leaves out. */
  readonly filteredOffsets: readonly bigint[];
  /** The batch counts only up to its one rejection. */
  readonly stopped: boolean;
}

/** How long a batch may hold the event loop before other lanes and the health checks have their turn. */
const sliceMs = 10;

/** Checks the records of one batch in offset order, in slices; gives up between slices once `signal` is aborted. */
export async function checkBatch(
  batch: RecordBatch,
  reader: RecordReader,
  rows: RowEncoder,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckedBatch> {
  const checker = new BatchChecker(batch, reader, rows, options);
  const { clock } = options;
  let sliceEnd = clock.now() + sliceMs;
  for (const record of recordsOf(batch)) {
    checker.add(record);
    if (checker.stopped) break;
    if (clock.now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) break;
    sliceEnd = clock.now() + sliceMs;
  }
  return checker.finish();
}

class BatchChecker {
  stopped = false;
  readonly #batch: RecordBatch;
  readonly #reader: RecordReader;
  readonly #rows: RowEncoder;
  readonly #options: CheckOptions;
  readonly #report: Report;
  readonly #parts: EntityBatch[] = [];
  readonly #rejections: Rejection[] = [];
  readonly #filteredOffsets: bigint[] = [];
  #rowDeltas: bigint[] = [];
  #deleteDeltas: bigint[] = [];

  constructor(batch: RecordBatch, reader: RecordReader, rows: RowEncoder, options: CheckOptions) {
    this.#batch = batch;
    this.#reader = reader;
    this.#rows = rows;
    this.#options = options;
    this.#report = new Report(options.violationsMax);
  }

  add(record: BatchRecord): void {
    const intent = this.#reader.read(record, this.#report);
    if (intent === 'filtered') {
      this.#filteredOffsets.push(record.offset);
      return;
    }
    if (intent !== 'rejected') this.#encode(intent);
    if (!this.#report.isClean) this.#reject(record);
    else if (intent === 'row') this.#rowDeltas.push(record.offsetDelta);
    else this.#deleteDeltas.push(record.offsetDelta);
  }

  finish(): CheckedBatch {
    if (!this.#rows.isEmpty) this.#closePart();
    return {
      parts: this.#parts,
      rejections: this.#rejections,
      filteredOffsets: this.#filteredOffsets,
      stopped: this.stopped,
    };
  }

  /** What makes the part too large begins the next part, unless it is too large by itself. */
  #encode(intent: Exclude<Intent, 'filtered' | 'rejected'>): void {
    const { partBytesMax } = this.#options;
    if (intent === 'row' && !this.#rows.fits(this.#reader.row)) this.#closePart();
    const before = this.#rows.byteCount;
    this.#append(intent);
    const byteCount = this.#rows.byteCount - before;
    if (!this.#report.isClean || before + byteCount <= partBytesMax) return;
    this.#rows.takeBack();
    if (byteCount > partBytesMax) {
      const expected = `at most ${partBytesMax} bytes in columns`;
      this.#report.add('V023', { path: '$', expected, found: `${byteCount} bytes` });
      return;
    }
    this.#closePart();
    this.#append(intent);
  }

  #append(intent: Exclude<Intent, 'filtered' | 'rejected'>): void {
    if (intent === 'row') this.#rows.add(this.#reader.row, this.#report);
    else this.#rows.addDelete(this.#reader.row, this.#report);
  }

  #closePart(): void {
    const { firstOffset, notAfterUnixMs } = this.#batch;
    const { rowCount, columns, deletedKeys, byteCount } = this.#rows.take();
    this.#parts.push({
      sequence: 0n,
      rowCount,
      firstOffset,
      offsetDeltas: this.#rowDeltas,
      columns,
      schemaVersion: this.#options.version,
      notAfterUnixMs,
      traceparent: '',
      tracestate: '',
      byteCount: BigInt(byteCount),
      deletes: deletedKeys && { offsetDeltas: this.#deleteDeltas, keys: deletedKeys },
    });
    this.#rowDeltas = [];
    this.#deleteDeltas = [];
  }

  #reject({ offset }: BatchRecord): void {
    const { violations, omitted, stage } = this.#report.take();
    this.#rejections.push({
      offset,
      violations,
      stage,
      milvusCode: 0,
      violationsOmitted: omitted,
      primaryKey: this.#rows.keyText(this.#reader.row),
      schemaVersion: schemaVersionText(this.#options.version),
    });
    this.stopped = this.#options.stopAtRejection;
  }
}
