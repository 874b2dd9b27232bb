import { expect, it } from 'vitest';
import { parseNumber } from './prometheus.ts';

const success = (...values: string[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1_795_000_000.5, value] })) },
});

it('reads one number, or that there is none', () => {
  expect(parseNumber(success('1234'))).toBe(1_234);
  expect(parseNumber(success())).toBeUndefined();
});

it('takes nothing else for a number', () => {
  expect(() => parseNumber(success('1', '2'))).toThrow('more than one number');
  expect(() => parseNumber({ status: 'error', error: 'parse error' })).toThrow('parse error');
});
