import { mixedFieldNames, storedRow } from '../reference/rows.ts';
import type { MilvusReader } from './milvus-client.ts';

export interface Differences {
  readonly missing: readonly string[];
  readonly different: readonly { readonly expected: string; readonly stored: string }[];
  /** Rows in the collection beyond the expected ones. */
  readonly extra: number;
}

export const noDifferences: Differences = { missing: [], different: [], extra: 0 };

const shownMax = 5;

/** Compares a collection with the reference, whole and bit for bit; lists the first few of each kind of difference. */
export async function compareRows(
  milvus: Pick<MilvusReader, 'rows' | 'count'>,
  collection: string,
  expected: ReadonlyMap<string, string>,
): Promise<Differences> {
  const stored = await milvus.rows(collection, [...expected.keys()].map(BigInt), mixedFieldNames);
  const missing: string[] = [];
  const different: Differences['different'][number][] = [];
  for (const [id, row] of expected) {
    const found = stored.get(id);
    if (found === undefined) missing.push(id);
    else if (storedRow(found) !== row) different.push({ expected: row, stored: storedRow(found) });
  }
  return {
    missing: shortened(missing),
    different: different.slice(0, shownMax),
    extra: (await milvus.count(collection)) - stored.size,
  };
}

function shortened(ids: readonly string[]): string[] {
  return ids.length <= shownMax ? [...ids] : [...ids.slice(0, shownMax), `and ${ids.length - shownMax} more`];
}
