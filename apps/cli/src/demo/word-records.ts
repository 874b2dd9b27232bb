import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DataType, type FieldType } from '@zilliz/milvus2-sdk-node';

const file = resolve(import.meta.dirname, '../../data/words-100d.jsonl');

export const wordFields: readonly FieldType[] = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true },
  { name: 'word', data_type: DataType.VarChar, max_length: 64 },
  { name: 'vector', data_type: DataType.FloatVector, dim: 100 },
];

/** The words as values for Kafka; a word's id is its place in the file, so that it stays the same. */
export async function readWordRecords(): Promise<string[]> {
  const values: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    values.push(`{"id":${values.length},${line.slice(1)}`);
  }
  return values;
}
