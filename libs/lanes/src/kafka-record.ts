/** One record as it was read: bytes untouched. */
export interface KafkaRecord {
  readonly offset: bigint;
  readonly timestampMs: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  /** What it counts for while it waits here, where that is known beforehand; see `heldBytes`. */
  readonly heldBytes?: number;
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

/** A lane: a partition, and the collection that its records go to. */
export interface LanePlace extends TopicPartition {
  readonly collection: string;
}

/** What of a record beside its value, offset and timestamp the validator gets to see. */
export interface Travelling {
  readonly keys: boolean;
  /** Names, each once. */
  readonly headers: readonly string[];
}

/** What a record counts for on the way: in batches, windows and grants (`byte_count` of a RecordBatch). */
export function sentBytes(record: KafkaRecord, { keys, headers }: Travelling): number {
  const own = 32 + (record.value?.length ?? 0) + (keys ? (record.key?.length ?? 0) : 0);
  if (headers.length === 0) return own;
  const all = record.headers;
  return headers.reduce((sum, name) => sum + (lastHeader(all, name)?.length ?? 0), own);
}

/** What a record counts for while it waits here: a dead letter takes all of it, headers that do not travel included. */
export function heldBytes(record: Pick<KafkaRecord, 'key' | 'value' | 'headers' | 'heldBytes'>): number {
  if (record.heldBytes !== undefined) return record.heldBytes;
  const { key, value, headers } = record;
  let bytes = 32 + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) bytes += header.name.length + (header.value?.length ?? 0);
  return bytes;
}

export function partitionId({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
