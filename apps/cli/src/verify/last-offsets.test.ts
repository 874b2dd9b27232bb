import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashKey, unitLow } from './key-hash.ts';
import { hashesEnd, LastOffsets } from './last-offsets.ts';

const hashed = (key: number) => hashKey(0, String(key));

test('in as many passes as the memory needs, every key gets its last offset exactly once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 600, size: 'max' }),
      fc.integer({ min: 16, max: 600 }),
      (keys, slots) => {
        const expected = new Map(keys.map((key, offset) => [key, BigInt(offset)]));
        const table = new LastOffsets(slots * 24);
        const found = new Map<number, bigint>();
        let passes = 0;
        for (let from = 0; from < hashesEnd; from = table.to) {
          passes += 1;
          table.begin(from);
          for (const [offset, key] of keys.entries()) table.put(hashed(key).high, hashed(key).low, BigInt(offset));
          expect(table.count).toBeLessThanOrEqual(Math.ceil(slots * 0.75) + 1);
          for (const key of expected.keys()) {
            if (!table.covers(hashed(key).high)) continue;
            expect(found.has(key)).toBe(false);
            found.set(key, table.get(hashed(key).high, hashed(key).low) ?? -1n);
          }
        }
        expect(found).toEqual(expected);
        if (expected.size < slots * 0.75) expect(passes).toBe(1);
        if (expected.size > slots) expect(passes).toBeGreaterThan(1);
      },
    ),
  );
});

test('what was never put is not there', () => {
  const table = new LastOffsets(24 * 100);
  table.put(1, 2, 0n);
  expect([table.get(1, 2), table.get(1, 3), table.get(2, 2)]).toEqual([0n, undefined, undefined]);
});

test('an earlier offset does not take the place of a later one', () => {
  const table = new LastOffsets(24 * 100);
  table.put(1, 2, 7n);
  table.put(1, 2, 3n);
  expect(table.get(1, 2)).toBe(7n);
});

test('the memory is 24 bytes for each of the slots, of which three quarters are used before it gives up a half', () => {
  const table = new LastOffsets(24 * 1_000);
  const put = (count: number) => {
    table.begin(0);
    for (let key = 0; key < count; key++) table.put(hashed(key).high, hashed(key).low, 0n);
    return table.to;
  };
  expect([put(750), put(751)]).toEqual([hashesEnd, hashesEnd / 2]);
});

test('units, lanes and collections of one key are apart, and units of a key are in one range', () => {
  const hashes = [0, 1].flatMap((collection) => {
    const key = hashKey(collection, 'k');
    return [0, 1, 2].flatMap((lane) => ['', 'a', 'b', 'ab'].map((unit) => `${key.high} ${unitLow(key, lane, unit)}`));
  });
  expect(new Set(hashes).size).toBe(2 * 3 * 4);
  expect(new Set(hashes.map((each) => each.split(' ')[0])).size).toBe(2);
});
