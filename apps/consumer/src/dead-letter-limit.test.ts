import type { Rejection } from '@millrace/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rejectionOf } from '../test/fake-validator.ts';
import { DeadLetterLimit, type LimitOptions } from './dead-letter-limit.ts';

const noLimit: LimitOptions = { runMax: 0, sharePercentMax: 100 };

/** A lane whose records are told bad or good by one letter each: `b` and `g`, batch after batch. */
function lane(options: Partial<LimitOptions>) {
  const limit = new DeadLetterLimit({ ...noLimit, ...options });
  let next = 0n;
  const admit = (batch: string, code = 'V017') => {
    const offsets = [...batch].map((_, i) => next + BigInt(i));
    const rejections = offsets.filter((_, i) => batch[i] === 'b').map((offset) => rejected(offset, code));
    const problem = limit.admit('books-0', offsets, rejections, 7);
    if (!problem) next += BigInt(batch.length);
    return problem;
  };
  return { limit, admit };
}

function rejected(offset: bigint, code: string): Rejection {
  const [violation] = rejectionOf(0).violations;
  return { ...rejectionOf(Number(offset)), violations: violation ? [{ ...violation, code }] : [] };
}

describe('a run of rejected records', () => {
  test('goes on over batches, and stops the lane with the first record beyond the limit', () => {
    const { limit, admit } = lane({ runMax: 5 });
    expect(admit('gbbb')).toBeUndefined();
    expect(admit('bb')).toBeUndefined();
    expect(admit('bg')).toMatchObject({
      code: 'dead_letter.limit_run',
      needsAction: true,
      retrying: false,
      sinceMs: 7,
    });
    expect(limit.refusedAt).toBe(6n);
  });

  test('ends with a record that is not rejected', () => {
    const { admit } = lane({ runMax: 3 });
    for (let i = 0; i < 100; i++) expect(admit('bbbg')).toBeUndefined();
    expect(admit('bbbb')?.code).toBe('dead_letter.limit_run');
  });

  test('is not counted where it exceeded the limit, so the same batch exceeds it again', () => {
    const { admit } = lane({ runMax: 3 });
    admit('bbb');
    expect(admit('b')).toBeDefined();
    expect(admit('b')).toBeDefined();
    expect(admit('gbbb')).toBeUndefined();
  });

  test('names the most frequent code, a record and its path', () => {
    const { admit } = lane({ runMax: 4 });
    admit('b', 'V010');
    expect(admit('bbbbb')?.message).toBe(
      'more than 4 records of books-0 in a row were rejected; most of them for V017 (4 of 5), such as offset 1 at $.id: the field is missing',
    );
  });
});

describe('a share of rejected records', () => {
  test('says nothing before there are a thousand records', () => {
    const { admit } = lane({ sharePercentMax: 10 });
    expect(admit('b'.repeat(999))).toBeUndefined();
    expect(admit('b')?.code).toBe('dead_letter.limit_share');
  });

  test('is taken of the last thousand', () => {
    const { admit } = lane({ sharePercentMax: 10 });
    expect(admit('g'.repeat(5_000))).toBeUndefined();
    expect(admit('gb'.repeat(100))).toBeUndefined();
    expect(admit('b')).toMatchObject({ code: 'dead_letter.limit_share' });
    expect(admit('g'.repeat(1_000))).toBeUndefined();
    expect(admit('b')).toBeUndefined();
  });
});

test('without limits nothing stops the lane', () => {
  const { admit } = lane({});
  for (let i = 0; i < 5; i++) expect(admit('b'.repeat(3_000))).toBeUndefined();
});

test('a lane stops exactly where a count of all its records would stop it, however they are cut into batches', () => {
  const batches = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 700 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      batches,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 99 }),
      (all, runMax, sharePercentMax) => {
        const { admit } = lane({ runMax, sharePercentMax });
        const seen: boolean[] = [];
        for (const batch of all) {
          const stops = batch.some((_, i) => {
            const until = [...seen, ...batch.slice(0, i + 1)];
            const last = until.slice(-1_000);
            const share = last.length < 1_000 ? 0 : last.filter(Boolean).length / 10;
            return until.length - 1 - until.lastIndexOf(false) > runMax || share > sharePercentMax;
          });
          expect(admit(batch.map((isBad) => (isBad ? 'b' : 'g')).join('')) !== undefined).toBe(stops);
          if (stops) return;
          seen.push(...batch);
        }
      },
    ),
    { numRuns: 60 },
  );
});
