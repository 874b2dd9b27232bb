/** One record as it was read: bytes untouched. */
export interface KafkaRecord {
  readonly offset: bigint;
  readonly timestampMs: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** In the order of the record; a name may occur several times, and a value may be null. */
export type RecordHeaders = readonly RecordHeader[];

export interface RecordHeader {
  readonly name: string;
  readonly value: Buffer | null;
}

/** The value of the last header of a name, as Kafka Connect and the Java client take it; undefined where there is none. */
export function lastHeader(headers: RecordHeaders, name: string): Buffer | null | undefined {
  return headers.findLast((header) => header.name === name)?.value;
}

/** What one fetch brought for one partition. */
export interface FetchedRecords {
  readonly records: readonly KafkaRecord[];
  /** The offset after the fetched batch, control records included. */
  readonly nextOffset: bigint;
  /** The partition's end as the broker gave it with the fetch. */
  readonly highWatermark: bigint;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a record counts for in buffers, batches and windows. */
export function recordBytes(record: KafkaRecord): number {
  return 32 + (record.key?.length ?? 0) + (record.value?.length ?? 0);
}

export function partitionId({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
