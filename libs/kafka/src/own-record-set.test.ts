import { expect, test } from 'vitest';
import { ownRecordSet } from './own-record-set.ts';

test('a set that is a small part of its response gets memory of its own', () => {
  const response = Buffer.alloc(500_000, 'x');
  const own = ownRecordSet(response.subarray(7, 1_007));
  expect(own.buffer.byteLength).toBe(1_000);
  expect(own).toEqual(Buffer.alloc(1_000, 'x'));
});

test('a set that is half of its response, or in a small one, stays in it', () => {
  for (const [all, part] of [
    [500_000, 250_000],
    [60_000, 10],
  ] as const) {
    const response = Buffer.alloc(all);
    const set = response.subarray(0, part);
    expect(ownRecordSet(set)).toBe(set);
  }
});
