import { type EntityBatch, FieldType } from '@millrace/contracts';
import fc from 'fast-check';
import { DeletedKey, entityBatch, type TestField } from '../src/testing/entity-batch.ts';
import { inParts } from '../src/testing/random-rows.ts';

export type LogKey = bigint | string;

/** One record of a partition; its offset is its place in the log, and what its fields hold. */
export interface LogEntry {
  readonly key: LogKey;
  readonly isDelete: boolean;
  /** Milvus refuses the row. */
  readonly isBad: boolean;
}

export interface RandomLog {
  readonly keyType: FieldType;
  readonly entries: readonly LogEntry[];
  /** The log cut into batches; the fields beside the key that the rows of each set. */
  readonly batches: readonly { readonly from: number; readonly to: number; readonly fields: readonly string[] }[];
}

const keysOf: Readonly<Record<number, readonly LogKey[]>> = {
  [FieldType.INT64]: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
  [FieldType.VARCHAR]: ['', 'a', '"', "' or 1==1 or '", '{keys}'],
};
const oneOf = (isFew: number) => fc.nat({ max: 9 }).map((number) => number < isFew);

/** A log over few keys; with `isPartial` its batches set different fields, and no row is bad. */
export function randomLog(isPartial: boolean): fc.Arbitrary<RandomLog> {
  const fieldSets = isPartial ? [['a'], ['b'], ['a', 'b'], []] : [['a', 'b']];
  return fc
    .record({
      keyType: fc.constantFrom(FieldType.INT64, FieldType.VARCHAR),
      entries: fc.array(fc.record({ key: fc.nat({ max: 4 }), isDelete: oneOf(4), isBad: oneOf(isPartial ? 0 : 1) }), {
        maxLength: 40,
      }),
      cuts: fc.array(fc.nat({ max: 100 }), { maxLength: 8 }),
      fields: fc.infiniteStream(fc.constantFrom(...fieldSets)),
    })
    .map(({ keyType, entries, cuts, fields }) => {
      const parts = inParts([...entries.keys()], cuts);
      let from = 0;
      return {
        keyType,
        entries: entries.map((entry) => ({ ...entry, key: keysOf[keyType]?.[entry.key] ?? 0n })),
        batches: parts.map(({ length }) => {
          const batch = { from, to: from + length, fields: fields.next().value ?? [] };
          from = batch.to;
          return batch;
        }),
      };
    });
}

/** The batch as the validator would send it: each row's fields hold its offset. */
export function batchOf({ keyType, entries }: RandomLog, batch: RandomLog['batches'][number]): EntityBatch {
  const fields: readonly TestField[] = [
    { name: 'key', type: keyType },
    { name: 'bad', type: FieldType.BOOL },
    ...batch.fields.map((name) => ({ name, type: FieldType.INT64 })),
  ];
  const rows = entries.slice(batch.from, batch.to).map(({ key, isDelete, isBad }, index) => {
    const offset = BigInt(batch.from + index);
    return isDelete ? new DeletedKey(key) : { key, bad: isBad, a: offset, b: offset };
  });
  return entityBatch(fields, rows, { firstOffset: BigInt(batch.from), notAfterMs: Date.now() + 600_000 });
}

/** What the table must be in the end: the log's entries one after the other, without the bad rows. */
export function foldOf({ entries, batches }: RandomLog): ReadonlyMap<LogKey, object> {
  const table = new Map<LogKey, object>();
  for (const { from, to, fields } of batches) {
    for (let offset = from; offset < to; offset++) {
      const { key, isDelete, isBad } = entries[offset] ?? { key: 0n, isDelete: false, isBad: true };
      if (isDelete) table.delete(key);
      else if (!isBad) {
        const values = Object.fromEntries(fields.map((name) => [name, BigInt(offset)]));
        table.set(key, { ...table.get(key), key, bad: false, ...values });
      }
    }
  }
  return table;
}
