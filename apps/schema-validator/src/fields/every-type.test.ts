import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { checkGarbage, checkValues, recordFieldTypes } from '../testing/field-properties.ts';

describe.each(recordFieldTypes)('$name', ({ type }) => {
  test('property: values arrive as the reference has them, however they are cut into batches', () => {
    expect(checkValues({ type, decode: decodeRowsWithSdk, numRuns: 200 })).toBeGreaterThan(500);
  });

  test('property: garbage becomes what it says, or is told', () => {
    expect(checkGarbage({ type, decode: decodeRowsWithSdk, numRuns: 500 })).toBe(500);
  });
});
