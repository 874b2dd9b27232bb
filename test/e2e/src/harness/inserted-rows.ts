import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';
import type { Message } from 'kafkajs';
import type { KafkaClient } from './kafka-client.ts';
import type { MilvusReader } from './milvus-client.ts';
import type { LogLine } from './service-pairs.ts';

/** A collection that makes its own keys, so that a record that is written twice is two rows. */
export const insertedFields: FieldType[] = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: true },
  { name: 'kafka_partition', data_type: DataType.Int64 },
  { name: 'kafka_offset', data_type: DataType.Int64 },
  { name: 'vector', data_type: DataType.FloatVector, dim: 4 },
];

/** Where the fields come from that no producer can know. */
export const insertedSources = 'kafka_partition:$partition,kafka_offset:$offset';

/** Records for it, over all partitions in turn. */
export function insertedMessages(count: number, partitions: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    partition: index % partitions,
    value: `{"vector":[${index % 1_000},1,2,3]}`,
  }));
}

export interface Place {
  readonly partition: number;
  readonly offset: number;
}

export interface InsertedRows {
  readonly records: number;
  readonly rows: number;
  readonly missing: readonly Place[];
  /** One entry for every row of a record beyond its first. */
  readonly repeated: readonly Place[];
}

/** Records in one query; rows of these that are there twice must fit into one answer as well. */
const pageRecords = 8_000;

/** Compares the topic, of which every offset is a record, with the collection of its name. */
export async function compareInserted(kafka: KafkaClient, milvus: MilvusReader, topic: string): Promise<InsertedRows> {
  const missing: Place[] = [];
  const repeated: Place[] = [];
  let records = 0;
  for (const [partition, end] of await kafka.endOffsets(topic)) {
    records += Number(end);
    for (let from = 0; from < Number(end); from += pageRecords) {
      const filter = `kafka_partition == ${partition} && kafka_offset >= ${from} && kafka_offset < ${from + pageRecords}`;
      const seen = new Set<number>();
      for (const row of await milvus.where(topic, filter, ['kafka_offset'])) {
        const offset = Number(row.kafka_offset);
        if (seen.has(offset)) repeated.push({ partition, offset });
        seen.add(offset);
      }
      for (let offset = from; offset < Math.min(from + pageRecords, Number(end)); offset++) {
        if (!seen.has(offset)) missing.push({ partition, offset });
      }
    }
  }
  return { records, rows: await milvus.count(topic), missing, repeated };
}

export interface ReportedRange {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly reason: string;
}

/** What the consumers have logged as possibly written twice. */
export function reportedRanges(lines: readonly LogLine[]): ReportedRange[] {
  return lines
    .filter(({ event }) => event === 'possible_duplicates')
    .map((line) => ({
      partition: Number(line.partition),
      first: Number(line.first_offset),
      last: Number(line.last_offset),
      records: Number(line.records),
      reason: String(line.reason),
    }));
}

export const covers = (range: ReportedRange, { partition, offset }: Place): boolean =>
  range.partition === partition && range.first <= offset && offset <= range.last;
