import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatText, vectorText } from './number-text.ts';

describe('the text of a single precision number', () => {
  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(Math.fround(Number(floatText(value)))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('is as short as the number that was sent', () => {
    for (const text of ['0.041732933', '0.00082446384', '-0.00071647146', '0.1', '1', '16777216']) {
      expect(floatText(Math.fround(Number(text)))).toBe(text);
    }
  });

  it('shows the first numbers of a long vector, and how many there are', () => {
    expect(vectorText([0.5, 1], 2)).toBe('[0.5, 1]');
    expect(vectorText([0.5, 1, 2], 2)).toBe('[0.5, 1, … 3 numbers]');
  });
});
