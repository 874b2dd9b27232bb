import { expect, it } from 'vitest';
import { growth } from './memory-samples.ts';

it('tells growth from a level with a bump in it', () => {
  expect(growth([10, 11, 10, 12, 10, 11])).toBeCloseTo(0);
  expect(growth([10, 10, 15, 15, 20, 20])).toBe(1);
});
