import { Rejection, Violation } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedText, violationsText } from './bounded-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 200 });

test('bounded text is never longer, and a beginning of the whole', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 100 }), (text, bytesMax) => {
      const bounded = boundedText(text, bytesMax);
      expect(Buffer.byteLength(bounded)).toBeLessThanOrEqual(bytesMax);
      if (bounded !== text) expect(text.startsWith(bounded.slice(0, -1)) && bounded.endsWith('…')).toBe(true);
    }),
  );
  expect(boundedText('🚂🚂', 7)).toBe('🚂…');
});

const violation = (more: Partial<Violation>): Violation => ({ ...Violation.create(), ...more });
const parse = (violations: Violation[], bytesMax: number): Violation[] =>
  JSON.parse(violationsText({ ...Rejection.create(), violations }, bytesMax));

test('violations are listed as they are, as many as fit', () => {
  const all = Array.from({ length: 10 }, (_, i) => violation({ code: `V${i}`, path: '$.x', message: 'm'.repeat(50) }));
  expect(parse(all, 10_000)).toEqual(all);
  expect(parse(all, 500)).toEqual(all.slice(0, 3));
});

test('one violation is always there, however long its texts, and the list is always bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 9_000 }), { minLength: 1, maxLength: 6 }), (texts) => {
      const all = texts.map((text) => violation({ code: 'V1', path: text, message: text, found: text, hint: text }));
      const text = violationsText({ ...Rejection.create(), violations: all }, 8_192);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8_192);
      expect(JSON.parse(text)[0]).toMatchObject({ code: 'V1' });
    }),
    { numRuns: 200 },
  );
});
