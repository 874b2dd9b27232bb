import { expect, test } from 'vitest';
import { shownRange, shownValue } from './shown-text.ts';

test('values are shortened and escaped', () => {
  expect(shownValue('y'.repeat(200))).toHaveLength(80);
  expect(shownValue('a\r\n\u202e')).toBe('a\\u{d}\\u{a}\\u{202e}');
  expect(shownRange(Buffer.from(`{"a": ${'é'.repeat(1_000)}}`), 6, 2_006)).toMatch(/^é{79}…$/);
});
