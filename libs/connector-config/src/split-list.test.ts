import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainName, quotedName, splitList, splitPair } from './split-list.ts';

const texts = (text: string) => {
  const items = splitList(text);
  return 'failure' in items ? items : items.map((item) => item.text);
};

test('commas separate, white space around items does not count, and empty items are none', () => {
  expect(texts(' a , b c,,d ')).toEqual(['a', 'b c', 'd']);
  expect(texts('')).toEqual([]);
  expect(splitList(' a , b')).toEqual([
    { text: 'a', at: 1 },
    { text: 'b', at: 5 },
  ]);
});

test('commas and colons between quotes belong to the item', () => {
  expect(texts(`x:$.a['b,c'],"d,e":f`)).toEqual(["x:$.a['b,c']", '"d,e":f']);
  expect(splitPair({ text: `"d:e" : f:g`, at: 10 })).toEqual([
    { text: '"d:e"', at: 10 },
    { text: 'f:g', at: 18 },
  ]);
  expect(texts(String.raw`'it\'s, so',b`)).toEqual([String.raw`'it\'s, so'`, 'b']);
});

test.each([
  ["a,'b", { failure: 'a quote is not closed', at: 2 }],
  [String.raw`'b\'`, { failure: 'a quote is not closed', at: 0 }],
])('%s has a place where it is wrong', (text, failure) => expect(splitList(text)).toEqual(failure));

test.each([
  ['ab', 'must be two things with a colon between them', 7],
  [':b', 'something is missing beside the colon', 7],
  ['a: ', 'something is missing beside the colon', 8],
  ["a'b", 'a quote is not closed', 8],
])('%j is no pair', (text, failure, at) => expect(splitPair({ text, at: 7 })).toEqual({ failure, at }));

test('a name stands with quotes around all of it, or without any', () => {
  expect(plainName({ text: `'a, b'`, at: 0 })).toBe('a, b');
  expect(plainName({ text: `a b`, at: 0 })).toBe('a b');
  expect(plainName({ text: `a'b'`, at: 3 })).toEqual({ failure: 'quotes must stand around the whole name', at: 4 });
  expect(plainName({ text: `'a'b`, at: 3 })).toMatchObject({ at: 3 });
  expect(plainName({ text: `''`, at: 3 })).toEqual({ failure: 'a name is empty', at: 3 });
});

test('any names, quoted where they must be, are read back', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, unit: fc.constantFrom(',', ':', "'", '"', '\\', ' ', 'a', 'é') }),
    fc.string({ minLength: 1 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { minLength: 1 }), (pairs) => {
      const items = splitList(pairs.map((pair) => pair.map(quotedName).join(':')).join(', '));
      if ('failure' in items) throw new Error(items.failure);
      const read = items.map((item) => {
        const pair = splitPair(item);
        return 'failure' in pair ? pair : pair.map(plainName);
      });
      expect(read).toEqual(pairs);
    }),
  );
});
