import type { HeaderColumn, RecordBatch } from '@millrace/contracts';

/** A batch that contradicts itself or the rules of its stream: the client's bug, which ends the stream. */
export class ContractError extends Error {
  /** The field of the request that is to blame, such as `batch.sequence`; empty where the message as a whole is. */
  readonly field: string;

  constructor(message: string, field = '') {
    super(message);
    this.name = 'ContractError';
    this.field = field;
  }
}

/** What a lane's options read of records besides their values: a batch that lacks it was made for other options. */
export interface RecordNeeds {
  readonly keys: boolean;
  readonly timestamps: boolean;
  /** Names of headers. */
  readonly headers: readonly string[];
}

export const valuesOnly: RecordNeeds = { keys: false, timestamps: false, headers: [] };

/** One record of a batch whose shape has been checked; what it holds of bytes are views. */
export class BatchRecord {
  /** Undefined for a tombstone. */
  readonly value: Buffer | undefined;
  /** Undefined where the record has none, or where the lane needs no keys. */
  readonly key: Buffer | undefined;
  /** In the order of the batch's header columns. */
  readonly headers: readonly (Buffer | undefined)[];
  readonly #batch: RecordBatch;
  readonly #index: number;

  constructor(
    batch: RecordBatch,
    index: number,
    value: Buffer | undefined,
    key: Buffer | undefined,
    headers: readonly (Buffer | undefined)[],
  ) {
    this.#batch = batch;
    this.#index = index;
    this.value = value;
    this.key = key;
    this.headers = headers;
  }

  get offsetDelta(): bigint {
    return this.#batch.offsetDeltas[this.#index] ?? 0n;
  }

  get offset(): bigint {
    return this.#batch.firstOffset + this.offsetDelta;
  }

  /** Kafka's timestamp; -1 where the record has none. */
  get timestampMs(): bigint {
    return this.#batch.firstTimestampMs + (this.#batch.timestampDeltasMs[this.#index] ?? 0n);
  }

  /** The header's value; undefined where the record has no header of the name, or one without a value. */
  header(name: string): Buffer | undefined {
    return this.headers[this.#batch.headers.findIndex((column) => column.name === name)];
  }
}

/**
 * @throws ContractError when the columns of the batch do not fit together (schema_validator.proto), or lack what the
 * lane needs.
 */
export function checkShape(batch: RecordBatch, needs: RecordNeeds = valuesOnly): void {
  const { offsetDeltas, timestampDeltasMs, keySizes, headers } = batch;
  const count = offsetDeltas.length;
  if (count === 0) throw new ContractError('a batch without records', 'batch.offset_deltas');
  for (let i = 1; i < count; i++) {
    if ((offsetDeltas[i] ?? 0n) <= (offsetDeltas[i - 1] ?? 0n))
      throw new ContractError('offsets do not ascend', 'batch.offset_deltas');
  }
  checkColumn('value', batch.values, batch.valueSizes, count, 'batch.value_sizes');
  if (needs.keys || keySizes.length > 0) checkColumn('key', batch.keys, keySizes, count, 'batch.key_sizes');
  if (needs.timestamps || timestampDeltasMs.length > 0)
    checkCount('timestamp', timestampDeltasMs.length, count, 'batch.timestamp_deltas_ms');
  for (const { name, values, valueSizes } of headers)
    checkColumn(`header \`${name}\``, values, valueSizes, count, 'batch.headers');
  checkHeaders(headers, needs.headers);
}

function checkColumn(what: string, bytes: Buffer, sizes: readonly number[], count: number, field: string): void {
  checkCount(`${what} size`, sizes.length, count, field);
  let sum = 0;
  for (const size of sizes) sum += Math.max(0, size - 1);
  if (sum !== bytes.length) {
    throw new ContractError(`${what} sizes sum to ${sum}, there are ${bytes.length} bytes`, field);
  }
}

function checkCount(what: string, found: number, wanted: number, field: string): void {
  if (found !== wanted) throw new ContractError(`${found} ${what}s for ${wanted} offsets`, field);
}

function checkHeaders(headers: readonly HeaderColumn[], needed: readonly string[]): void {
  const names = new Set(headers.map(({ name }) => name));
  if (names.size < headers.length) throw new ContractError('a header column twice', 'batch.headers');
  const missing = needed.find((name) => !names.has(name));
  if (missing === undefined) return;
  throw new ContractError(`no column of header \`${missing}\`, which the lane reads`, 'batch.headers');
}

/** The records of a batch whose shape has been checked, in offset order. */
export function* recordsOf(batch: RecordBatch): Generator<BatchRecord> {
  const values = new ViewCursor(batch.values, batch.valueSizes);
  const keys = new ViewCursor(batch.keys, batch.keySizes);
  const headers = batch.headers.map((column) => new ViewCursor(column.values, column.valueSizes));
  for (let index = 0; index < batch.valueSizes.length; index++) {
    const headerValues = headers.length === 0 ? noHeaders : headers.map((cursor) => cursor.next(index));
    yield new BatchRecord(batch, index, values.next(index), keys.next(index), headerValues);
  }
}

const noHeaders: readonly undefined[] = [];

/** Cuts the concatenated bytes of a column into the views of its records, one after the other. */
class ViewCursor {
  readonly #bytes: Buffer;
  readonly #sizes: readonly number[];
  #start = 0;

  constructor(bytes: Buffer, sizes: readonly number[]) {
    this.#bytes = bytes;
    this.#sizes = sizes;
  }

  next(index: number): Buffer | undefined {
    const size = this.#sizes[index] ?? 0;
    if (size === 0) return undefined;
    const start = this.#start;
    this.#start = start + size - 1;
    return this.#bytes.subarray(start, this.#start);
  }
}
