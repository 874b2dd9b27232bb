import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OffsetSet } from './offset-set.ts';

const offset = fc.oneof(fc.bigInt({ min: 0n, max: 100n }), fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }));

test('it holds what was added, each once, and knows where to look for the next one', () => {
  fc.assert(
    fc.property(fc.array(offset), fc.array(offset), (added, asked) => {
      const set = new OffsetSet();
      for (const each of [...added, ...added]) set.add(each);
      const model = new Set(added);
      expect(set.size).toBe(model.size);
      for (const each of [...added, ...asked]) {
        expect(set.has(each)).toBe(model.has(each));
        const next = added.filter((other) => other >= each).sort((a, b) => (a < b ? -1 : 1))[0];
        const from = set.firstFrom(each);
        if (next === undefined) continue;
        expect(from !== undefined && from >= each && from <= next).toBe(true);
      }
    }),
  );
});

test('nothing is expected behind the last one but in its chunk', () => {
  const set = new OffsetSet();
  set.add(8_191n);
  expect([set.firstFrom(0n), set.firstFrom(8_191n), set.firstFrom(8_192n)]).toEqual([0n, 8_191n, undefined]);
});
