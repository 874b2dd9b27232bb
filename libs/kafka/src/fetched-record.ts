import type { KafkaRecord, RecordHeader, RecordHeaders } from '@millrace/lanes';
import { BrokenRecordSetError, RecordReader } from './record-reader.ts';

/** What all records of a record batch share. */
export interface BatchOfRecords {
  /** Where its records lie. */
  readonly bytes: Buffer;
  readonly baseOffset: bigint;
  readonly baseTimestampMs: bigint;
  /** The broker's time for all of them (message.timestamp.type=LogAppendTime), instead of the producer's for each. */
  readonly appendTimestampMs: bigint | undefined;
}

const noHeaders: RecordHeaders = [];

/** What a record counts for beside its bytes while it waits; see `heldBytes`. */
const ownBytes = 32;

/** A record that lies in a response of the broker. What of it is seldom asked for is made when it is. */
export class FetchedRecord implements KafkaRecord {
  readonly value: Buffer | null;
  readonly heldBytes: number;
  readonly #batch: BatchOfRecords;
  readonly #offsetDelta: number;
  readonly #timestampDelta: number | bigint;
  readonly #keyAt: number;
  /** -1 for null. */
  readonly #keyBytes: number;
  /** -1 where it has none. */
  readonly #headersAt: number;

  private constructor(
    batch: BatchOfRecords,
    offsetDelta: number,
    timestampDelta: number | bigint,
    keyAt: number,
    keyBytes: number,
    value: Buffer | null,
    headersAt: number,
    heldBytes: number,
  ) {
    this.value = value;
    this.heldBytes = heldBytes;
    this.#batch = batch;
    this.#offsetDelta = offsetDelta;
    this.#timestampDelta = timestampDelta;
    this.#keyAt = keyAt;
    this.#keyBytes = keyBytes;
    this.#headersAt = headersAt;
  }

  /**
   * Takes the record that the reader is at; undefined for one whose offset is less than `deltaMin` beyond the batch's.
   * @throws BrokenRecordSetError for a record that is not whole
   */
  static read(reader: RecordReader, batch: BatchOfRecords, deltaMin: number): FetchedRecord | undefined {
    const outerEnd = reader.enter();
    const start = reader.at;
    reader.byte(); // Attributes, none of which is in use.
    const timestampDelta = reader.long();
    const offsetDelta = reader.int();
    const keyBytes = reader.skip();
    const keyAt = reader.at - keyBytes;
    const valueBytes = reader.skip();
    const valueAt = reader.at - valueBytes;
    const headersAt = reader.at;
    const hasHeaders = skipHeaders(reader) > 0;
    const bytes = reader.at - start;
    reader.leave(outerEnd);
    if (offsetDelta < deltaMin) return undefined;
    return new FetchedRecord(
      batch,
      offsetDelta,
      timestampDelta,
      keyAt,
      keyBytes,
      valueBytes < 0 ? null : batch.bytes.subarray(valueAt, valueAt + valueBytes),
      hasHeaders ? headersAt : -1,
      bytes + ownBytes,
    );
  }

  get offset(): bigint {
    return this.#batch.baseOffset + BigInt(this.#offsetDelta);
  }

  get timestampMs(): bigint {
    const { appendTimestampMs, baseTimestampMs } = this.#batch;
    return appendTimestampMs ?? BigInt.asIntN(64, baseTimestampMs + BigInt(this.#timestampDelta));
  }

  get key(): Buffer | null {
    return this.#keyBytes < 0 ? null : this.#batch.bytes.subarray(this.#keyAt, this.#keyAt + this.#keyBytes);
  }

  get headers(): RecordHeaders {
    return this.#headersAt < 0 ? noHeaders : readHeaders(new RecordReader(this.#batch.bytes, this.#headersAt));
  }
}

/** Checks that they are whole, and counts them. */
function skipHeaders(reader: RecordReader): number {
  const count = reader.int();
  if (count < 0) throw new BrokenRecordSetError('a record has less than no headers');
  for (let left = count; left > 0; left--) {
    if (reader.skip() < 0) throw new BrokenRecordSetError('a header has no name');
    reader.skip();
  }
  return count;
}

function readHeaders(reader: RecordReader): RecordHeaders {
  const headers: RecordHeader[] = [];
  for (let left = reader.int(); left > 0; left--) {
    const name = reader.part()?.toString() ?? '';
    headers.push({ name, value: reader.part() });
  }
  return headers;
}
