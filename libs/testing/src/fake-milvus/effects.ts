import type { FakeRow } from './decode-rows.ts';
import type { FakeWrite } from './fake-milvus.ts';
import { decodeDeleteWithSdk } from './sdk-deletes.ts';
import { decodeWithSdk } from './sdk-messages.ts';
import { decodeRowsWithSdk } from './sdk-rows.ts';

export type FakeKey = bigint | string;

/** A table of Milvus, by primary key. */
export type FakeTable = ReadonlyMap<FakeKey, FakeRow>;

/**
 * The table that writes leave when they take effect one after the other. An upsert replaces the row of its key, a partial
 * one only the fields that it has; an insert does the same as an upsert, as in milvus-lite; a delete takes the row away,
 * if there is one.
 */
export function tableOf(writes: readonly Pick<FakeWrite, 'method' | 'bytes'>[], keyField: string): FakeTable {
  const table = new Map<FakeKey, FakeRow>();
  for (const write of writes) applyTo(table, write, keyField);
  return table;
}

/** The same for one more write. */
export function applyTo(
  table: Map<FakeKey, FakeRow>,
  { method, bytes }: Pick<FakeWrite, 'method' | 'bytes'>,
  keyField: string,
): void {
  if (method === 'Delete') {
    for (const key of decodeDeleteWithSdk(bytes).keys) table.delete(key);
    return;
  }
  const { partial_update: isPartial } = decodeWithSdk('Upsert', bytes) as { readonly partial_update?: boolean };
  const rows = decodeRowsWithSdk(bytes);
  const keys = rows.map((row) => row[keyField] as FakeKey);
  if (method === 'Upsert' && new Set(keys).size !== keys.length) throw new Error('a key twice in one upsert');
  rows.forEach((row, index) => {
    const key = keys[index] as FakeKey;
    table.set(key, isPartial ? { ...table.get(key), ...row } : row);
  });
}
