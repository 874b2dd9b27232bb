import { expect, test } from 'vitest';
import { escapeText } from './escape-text.ts';
import { elementPath, memberPath } from './json-path.ts';

test('paths are shortened and escaped', () => {
  expect(memberPath('$', 'title_vector')).toBe('$.title_vector');
  expect(memberPath('$.a', "it's \u001b[31m")).toBe("$.a['it\\'s \\u{1b}[31m']");
  expect(elementPath('$.a', 3)).toBe('$.a[3]');
  expect(memberPath('$', 'x'.repeat(1_000_000))).toHaveLength(512);
  expect(escapeText('a\r\n\u202e\u2028b')).toBe('a\\u{d}\\u{a}\\u{202e}\\u{2028}b');
});
