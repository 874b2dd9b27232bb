import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';

const limits = { minMs: 100, maxMs: 1_000 };

test('delays double up to the limit and are drawn from the upper half', () => {
  const low = new Backoff(limits, () => 0);
  expect([1, 2, 3, 4, 5, 6].map(() => low.next())).toEqual([50, 100, 200, 400, 500, 500]);
  const high = new Backoff(limits, () => 1);
  expect([1, 2, 3, 4, 5, 6].map(() => high.next())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test('a reset starts again, and failures are counted since', () => {
  const backoff = new Backoff(limits, () => 1);
  backoff.next();
  backoff.next();
  expect(backoff.failures).toBe(2);
  backoff.reset();
  expect(backoff.failures).toBe(0);
  expect(backoff.next()).toBe(100);
});

test("what the server asks for is the least, even above the client's limit", () => {
  const backoff = new Backoff(limits, () => 1);
  expect(backoff.next(5_000)).toBe(5_000);
  expect(backoff.next(10)).toBe(200);
});

test('every delay is a whole number within the limits, after any number of failures', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (minMs, more, failures, drawn) => {
        const backoff = new Backoff({ minMs, maxMs: minMs + more }, () => drawn);
        for (let i = 0; i < failures; i++) backoff.next();
        const delayMs = backoff.next();
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(minMs / 2));
        expect(delayMs).toBeLessThanOrEqual(minMs + more);
      },
    ),
    { numRuns: 100 },
  );
});
