import { type RecordBatch, type Rejection, type SchemaVersion, schemaVersionText } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import type { BatchRecord } from './record-batch.ts';
import { recordsOf } from './record-batch.ts';
import { Report } from './report.ts';
import type { RowEncoder } from './row-encoder.ts';
import type { Intent, RecordReader } from './shape/record-reader.ts';
import type { StripeShare } from './stripe-share.ts';
import type { StripePart } from './stripes.ts';

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
  /** In offset order within each stripe; the sequence is the stripe's to give. */
  readonly parts: readonly StripePart[];
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
  share: StripeShare,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<CheckedBatch> {
  const checker = new BatchChecker(batch, reader, share, options);
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

/** What of the batch goes to one stripe. */
interface Portion {
  readonly stripe: number;
  readonly rows: RowEncoder;
  rowDeltas: bigint[];
  deleteDeltas: bigint[];
}

class BatchChecker {
  stopped = false;
  readonly #batch: RecordBatch;
  readonly #reader: RecordReader;
  readonly #share: StripeShare;
  readonly #options: CheckOptions;
  readonly #report: Report;
  readonly #parts: StripePart[] = [];
  readonly #rejections: Rejection[] = [];
  readonly #filteredOffsets: bigint[] = [];
  readonly #portions: readonly [Portion, ...Portion[]];

  constructor(batch: RecordBatch, reader: RecordReader, share: StripeShare, options: CheckOptions) {
    this.#batch = batch;
    this.#reader = reader;
    this.#share = share;
    this.#options = options;
    this.#report = new Report(options.violationsMax);
    const [first, ...more] = share.encoders.map((rows, stripe) => ({ stripe, rows, rowDeltas: [], deleteDeltas: [] }));
    if (!first) throw new Error('a lane has at least one stripe');
    this.#portions = [first, ...more];
    share.beginBatch();
  }

  add(record: BatchRecord): void {
    const intent = this.#reader.read(record, this.#report);
    if (intent === 'filtered') {
      this.#filteredOffsets.push(record.offset);
      return;
    }
    const portion = this.#portions[intent === 'rejected' ? 0 : this.#share.stripeOf(this.#reader.row)];
    if (!portion) throw new Error('there is no such stripe');
    if (intent !== 'rejected') this.#encode(intent, portion);
    if (!this.#report.isClean) this.#reject(record);
    else if (intent === 'row') portion.rowDeltas.push(record.offsetDelta);
    else portion.deleteDeltas.push(record.offsetDelta);
  }

  finish(): CheckedBatch {
    for (const portion of this.#portions) if (!portion.rows.isEmpty) this.#closePart(portion);
    return {
      parts: this.#parts,
      rejections: this.#rejections,
      filteredOffsets: this.#filteredOffsets,
      stopped: this.stopped,
    };
  }

  /** What makes the part too large begins the next part, unless it is too large by itself. */
  #encode(intent: Exclude<Intent, 'filtered' | 'rejected'>, portion: Portion): void {
    const { rows } = portion;
    const { partBytesMax } = this.#options;
    if (intent === 'row' && !rows.fits(this.#reader.row)) this.#closePart(portion);
    const before = rows.byteCount;
    this.#append(intent, rows);
    const byteCount = rows.byteCount - before;
    if (!this.#report.isClean || before + byteCount <= partBytesMax) return;
    rows.takeBack();
    if (byteCount > partBytesMax) {
      const expected = `at most ${partBytesMax} bytes in columns`;
      this.#report.add('V023', { path: '$', expected, found: `${byteCount} bytes` });
      return;
    }
    this.#closePart(portion);
    this.#append(intent, rows);
  }

  #append(intent: Exclude<Intent, 'filtered' | 'rejected'>, rows: RowEncoder): void {
    if (intent === 'row') rows.add(this.#reader.row, this.#report);
    else rows.addDelete(this.#reader.row, this.#report);
  }

  #closePart(portion: Portion): void {
    const { firstOffset, notAfterUnixMs } = this.#batch;
    const { stripe, rows, rowDeltas, deleteDeltas } = portion;
    const { rowCount, columns, deletedKeys, byteCount } = rows.take();
    const part = {
      sequence: 0n,
      rowCount,
      firstOffset,
      offsetDeltas: rowDeltas,
      columns,
      schemaVersion: this.#options.version,
      notAfterUnixMs,
      traceparent: '',
      tracestate: '',
      byteCount: BigInt(byteCount),
      deletes: deletedKeys && { offsetDeltas: deleteDeltas, keys: deletedKeys },
    };
    this.#parts.push({ stripe, part });
    portion.rowDeltas = [];
    portion.deleteDeltas = [];
  }

  #reject({ offset }: BatchRecord): void {
    const { violations, omitted, stage } = this.#report.take();
    this.#rejections.push({
      offset,
      violations,
      stage,
      milvusCode: 0,
      violationsOmitted: omitted,
      primaryKey: this.#portions[0].rows.keyText(this.#reader.row),
      schemaVersion: schemaVersionText(this.#options.version),
    });
    this.stopped = this.#options.stopAtRejection;
  }
}
