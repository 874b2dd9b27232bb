import { type BatchOfRecords, FetchedRecord } from './fetched-record.ts';
import { BrokenRecordSetError, RecordReader } from './record-reader.ts';

/** Records of one producer from here on are those of a transaction that was given up, until its end. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** What a fetch brought of one partition, as it came. */
export interface RawRecordSet {
  readonly bytes: Buffer;
  /** In any order: a broker keeps them by where they ended. */
  readonly aborted: readonly AbortedTransaction[];
}

export interface RecordSet {
  readonly records: readonly FetchedRecord[];
  /** The offset after the last record batch that came as a whole; undefined where none did. */
  readonly nextOffset: bigint | undefined;
}

/** Unpacks the records of a record batch by the codec that its attributes name; undefined where they are not packed. */
export type Unpack = (attributes: number) => { decompress(bytes: Buffer): Promise<Buffer> } | undefined;

/** Where the fields of a record batch are (https://kafka.apache.org/documentation/#recordbatch). */
const at = {
  baseOffset: 0,
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
} as const;

/** Bytes of a batch that its length does not count. */
const uncountedBytes = 12;

const isAppendTime = 0x08;
const isTransactional = 0x10;
const isControl = 0x20;

/** The type of a control record, behind the version in its key, that gives a transaction up. */
const abortType = 0;

/** The format that is read here; older ones have no batches. */
export const batchMagic = 2;

/** The format of the set; undefined for one that is too short to tell. */
export function magicOf(bytes: Buffer): number | undefined {
  return bytes[at.magic];
}

/**
 * The records of a set from the offset `from` on, in the format that Kafka writes since 0.11, without control records and
 * without those of transactions that were given up. The last batch of a set may be cut off; it comes again, whole.
 *
 * @throws BrokenRecordSetError where the bytes are no such set
 */
export async function readRecordSet(
  { bytes, aborted }: RawRecordSet,
  from: bigint,
  unpack: Unpack,
): Promise<RecordSet> {
  const records: FetchedRecord[] = [];
  const transactions = new AbortedProducers(aborted);
  let nextOffset: bigint | undefined;
  for (let start = 0; start + at.records <= bytes.length; ) {
    const end = start + uncountedBytes + bytes.readInt32BE(start + at.length);
    if (end < start + at.records) throw new BrokenRecordSetError('a batch is shorter than its head');
    if (end > bytes.length || bytes[start + at.magic] !== batchMagic) break;
    const batch = bytes.subarray(start, end);
    start = end;
    const baseOffset = batch.readBigInt64BE(at.baseOffset);
    nextOffset = baseOffset + BigInt(batch.readInt32BE(at.lastOffsetDelta)) + 1n;
    if (transactions.leaveOut(batch, nextOffset) || nextOffset <= from) continue;
    const attributes = batch.readInt16BE(at.attributes);
    const codec = unpack(attributes);
    const unpacked = codec ? await codec.decompress(batch.subarray(at.records)) : batch;
    readBatch(batch, unpacked, codec ? 0 : at.records, Number(from - baseOffset), records);
  }
  return { records, nextOffset };
}

function readBatch(head: Buffer, bytes: Buffer, start: number, deltaMin: number, records: FetchedRecord[]): void {
  const appended = (head.readInt16BE(at.attributes) & isAppendTime) !== 0;
  const shared: BatchOfRecords = {
    bytes,
    baseOffset: head.readBigInt64BE(at.baseOffset),
    baseTimestampMs: head.readBigInt64BE(at.baseTimestamp),
    appendTimestampMs: appended ? head.readBigInt64BE(at.maxTimestamp) : undefined,
  };
  const reader = new RecordReader(bytes, start);
  for (let left = head.readInt32BE(at.count); left > 0; left--) {
    const record = FetchedRecord.read(reader, shared, deltaMin);
    if (record) records.push(record);
  }
}

/** Whose transactions are given up at a place in the set. */
class AbortedProducers {
  readonly #coming: AbortedTransaction[];
  readonly #producers = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** Whether nothing of the batch, which is the next one, is a record to deliver. */
  leaveOut(batch: Buffer, nextOffset: bigint): boolean {
    const attributes = batch.readInt16BE(at.attributes);
    for (let first = this.#coming[0]; first && first.firstOffset < nextOffset; first = this.#coming[0]) {
      this.#producers.add(first.producerId);
      this.#coming.shift();
    }
    if ((attributes & isControl) !== 0) {
      if (this.#producers.size > 0 && isAbortMarker(batch)) this.#producers.delete(batch.readBigInt64BE(at.producerId));
      return true;
    }
    if (this.#producers.size === 0 || (attributes & isTransactional) === 0) return false;
    return this.#producers.has(batch.readBigInt64BE(at.producerId));
  }
}

/** Whether a control batch, which has one record and is never packed, ends a transaction that is given up. */
function isAbortMarker(batch: Buffer): boolean {
  const reader = new RecordReader(batch, at.records);
  reader.enter();
  reader.byte();
  reader.long();
  reader.int();
  const key = reader.part();
  return key !== null && key.length >= 4 && key.readInt16BE(2) === abortType;
}
