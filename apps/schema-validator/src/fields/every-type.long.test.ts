import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { checkGarbage, checkValues, recordFieldTypes } from '../testing/field-properties.ts';

/** In the names of the tests, so that the report says it; MILLRACE_SEED repeats a run. */
const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 2 ** 31);
const timeout = 600_000;
let checked = 0;

describe.each(recordFieldTypes)(`$name, seed ${seed}`, ({ type }) => {
  test('property: values arrive as the reference has them, however they are cut into batches', { timeout }, () => {
    checked += checkValues({ type, decode: decodeRowsWithSdk, numRuns: 7_000, seed });
  });

  test('property: garbage becomes what it says, or is told', { timeout }, () => {
    checked += checkGarbage({ type, decode: decodeRowsWithSdk, numRuns: 16_000, seed });
  });
});

test('these were a million cases', () => {
  expect(checked).toBeGreaterThan(1_000_000);
});
