import { expect, test } from 'vitest';
import { quantile, spreadOf } from './median.ts';

test('the median of an even number of values lies between the middle two', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, range: 1.2 });
});

test('a quantile of one value is the value', () => {
  expect(quantile([7], 0.99)).toBe(7);
});

test('a hundredth of the values lies above the 99th of a hundred', () => {
  const values = Array.from({ length: 101 }, (_, index) => index);
  expect(quantile(values, 0.99)).toBe(99);
});

test('no values have no median', () => {
  expect(() => spreadOf([])).toThrow('there are no values');
});
