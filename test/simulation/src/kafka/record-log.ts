import type { FetchedRecords, KafkaRecord } from '@millrace/lanes';

export const topic = 'items';

/** As the brokers tell it. */
export const topicId = '0'.repeat(31).concat('1');

/** What becomes of a record where everything works. */
export type RecordKind =
  /** A row. */
  | 'row'
  /** Deletes the row of its key. */
  | 'delete'
  /** The schema-validator rejects it. */
  | 'invalid'
  /** Milvus refuses its row. */
  | 'refused';

export interface LoggedRecord {
  readonly kind: RecordKind;
  readonly key: number;
  readonly offset: number;
}

/** A topic: partitions of records, whose offsets may have gaps, as compaction and transactions leave them. */
export class RecordLog {
  readonly #partitions: { readonly records: LoggedRecord[]; end: number }[];
  readonly #readers = new Set<(partition: number) => void>();

  constructor(partitionCount: number) {
    this.#partitions = Array.from({ length: partitionCount }, () => ({ records: [], end: 0 }));
  }

  get partitionCount(): number {
    return this.#partitions.length;
  }

  records(partition: number): readonly LoggedRecord[] {
    return this.#partition(partition).records;
  }

  at(partition: number, offset: number): LoggedRecord | undefined {
    const { records } = this.#partition(partition);
    const found = records[lowerBound(records, offset)];
    return found?.offset === offset ? found : undefined;
  }

  /** The offset after everything in the partition. */
  end(partition: number): number {
    return this.#partition(partition).end;
  }

  /** Appends a record behind `gap` offsets that hold none, and returns its offset. */
  append(partition: number, key: number, kind: RecordKind, gap: number): number {
    const log = this.#partition(partition);
    const offset = log.end + gap;
    log.records.push({ kind, key, offset });
    this.#grow(partition, offset + 1);
    return offset;
  }

  /** Appends offsets that hold no record, as the marker of a transaction does. */
  appendControl(partition: number, count: number): void {
    this.#grow(partition, this.end(partition) + count);
  }

  /** Calls back whenever a partition has grown, until the returned function is called. */
  onGrown(react: (partition: number) => void): () => void {
    this.#readers.add(react);
    return () => this.#readers.delete(react);
  }

  /** What a fetch from an offset brings. */
  fetch(partition: number, from: number, recordsMax: number): FetchedRecords {
    const { records, end } = this.#partition(partition);
    const start = lowerBound(records, from);
    const taken = records.slice(start, start + recordsMax);
    const next = records[start + recordsMax];
    return {
      records: taken.map((record) => kafkaRecordOf(record)),
      nextOffset: BigInt(next ? (taken.at(-1)?.offset ?? from - 1) + 1 : end),
      highWatermark: BigInt(end),
    };
  }

  #grow(partition: number, end: number): void {
    this.#partition(partition).end = end;
    for (const react of this.#readers) react(partition);
  }

  #partition(partition: number) {
    const found = this.#partitions[partition];
    if (!found) throw new Error(`there is no partition ${partition}`);
    return found;
  }
}

function lowerBound(records: readonly LoggedRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const values: Record<RecordKind, (record: LoggedRecord) => string> = {
  row: ({ key, offset }) => `{"id":${key},"at":${offset}}`,
  refused: ({ key, offset }) => `{"id":${key},"at":${offset}}`,
  delete: ({ key }) => `{"id":${key},"op":"d"}`,
  invalid: ({ key, offset }) => `{"id":"${key}","at":${offset}}`,
};

function kafkaRecordOf(record: LoggedRecord): KafkaRecord {
  return {
    offset: BigInt(record.offset),
    timestampMs: 1_700_000_000_000n,
    key: null,
    value: Buffer.from(values[record.kind](record)),
    headers: [],
  };
}
