import { FieldType } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { MergedEntries, type Range } from './merge.ts';
import { DeletedKey, entityBatch, type TestEntry } from './testing/entity-batch.ts';
import { inParts } from './testing/random-rows.ts';
import { readVarint64 } from './varint.ts';

const fields = [{ name: 'key', type: FieldType.INT64 }];

interface Entry {
  readonly key: bigint;
  readonly isDelete: boolean;
}

const anyEntries = fc.array(fc.record({ key: fc.bigInt({ min: 0n, max: 6n }), isDelete: fc.boolean() }), {
  maxLength: 40,
});
const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 3 });

const toTest = ({ key, isDelete }: Entry): TestEntry => (isDelete ? new DeletedKey(key) : { key });

function merged(all: readonly Entry[], places: readonly number[]): MergedEntries {
  return new MergedEntries(
    inParts(all, places).map((part) => {
      const batch = entityBatch(fields, part.map(toTest));
      // A batch of deletes only need not have columns.
      return new Entries(batch.rowCount === 0 ? { ...batch, columns: [] } : batch);
    }),
  );
}

/** The numbers, over all parts, of the entries in ranges. */
function numbersOf(entries: MergedEntries, ranges: readonly Range[]): readonly number[] {
  return ranges.flatMap(({ part, from, to }) => {
    const start = entries.parts.slice(0, part).reduce((sum, { count }) => sum + count, 0);
    return Array.from({ length: to - from }, (_, index) => start + from + index);
  });
}

test('of each key the last entry is selected, be it a row or a delete, so no key is in both', () => {
  fc.assert(
    fc.property(anyEntries, cuts, (all, places) => {
      const entries = merged(all, places);
      const selection = entries.selectLast(0, entries.count, 'key');
      const last = all.flatMap(({ key }, index) =>
        all.findLastIndex((other) => other.key === key) === index ? index : [],
      );
      expect(numbersOf(entries, selection.ranges)).toEqual(last);
      const wanted = (isDelete: boolean) =>
        last.flatMap((index) => (all[index]?.isDelete === isDelete ? [all[index].key] : []));
      expect(entries.deletedKeys(selection).map((bytes) => readVarint64(bytes))).toEqual(wanted(true));
      const [column] = entries.columns(selection);
      expect([...Buffer.concat(column?.elements ?? [])].map(BigInt)).toEqual(wanted(false));
      expect([selection.rowCount, selection.deleteCount]).toEqual([wanted(false).length, wanted(true).length]);
      expect(selection.superseded).toHaveLength(all.length - last.length);
    }),
  );
});

test('cut behind deletes, no piece holds a row behind a delete of its key, and no cut is without need', () => {
  fc.assert(
    fc.property(anyEntries, cuts, (all, places) => {
      const entries = merged(all, places);
      const found = entries.cutsBehindDeletes('key');
      const bounds = [0, ...found, all.length];
      const needsCut = (piece: readonly Entry[]) =>
        piece.some(
          ({ key, isDelete }, index) =>
            !isDelete && piece.slice(0, index).some((other) => other.isDelete && other.key === key),
        );
      for (const [index, end] of bounds.slice(1).entries()) {
        const from = bounds[index] ?? 0;
        expect(needsCut(all.slice(from, end))).toBe(false);
        if (end < all.length) expect(needsCut(all.slice(from, end + 1))).toBe(true);
      }
    }),
  );
});
