import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestKey } from './nearest-key.ts';

const known = ['name', 'topics', 'token', 'collection.name', 'errors.tolerance'];

test.each([
  ['topcis', 'topics'],
  ['topic', 'topics'],
  ['TOPICS', 'topics'],
  ['colection.nam', 'collection.name'],
  ['errors.tolerence', 'errors.tolerance'],
  ['nme', 'name'],
])('%s means %s', (typed, meant) => expect(nearestKey(typed, known)).toBe(meant));

test.each([['tpcs.x'], ['gamma'], ['']])('%j means none of them', (typed) =>
  expect(nearestKey(typed, known)).toBeUndefined(),
);

test('no text makes it throw, and what it answers is known', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (typed) => {
      expect([undefined, ...known]).toContain(nearestKey(typed, known));
    }),
  );
});

test('two edits of a long key are always forgiven', () => {
  const edit = fc.record({ at: fc.nat(12), to: fc.constantFrom('', 'x', 'xy') });
  fc.assert(
    fc.property(edit, ({ at, to }) => {
      const key = 'errors.tolerance';
      expect(nearestKey(key.slice(0, at) + to + key.slice(at + 1), known)).toBe(key);
    }),
  );
});
