import { expect, test } from 'vitest';
import { failureKinds } from './failures.ts';
import { elementPath, escapeText, memberPath, shownValue } from './shown-text.ts';
import { violationKinds } from './violations.ts';

const kinds = Object.entries({ ...violationKinds, ...failureKinds });

test('codes and names of the catalogue are well-formed and used once', () => {
  for (const [code, { name, hint }] of kinds) {
    expect(code).toMatch(/^V\d{3}$/);
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(hint.length).toBeGreaterThan(10);
  }
  expect(new Set(kinds.map(([, { name }]) => name)).size).toBe(kinds.length);
});

test('paths and values are shortened and escaped', () => {
  expect(memberPath('$', 'title_vector')).toBe('$.title_vector');
  expect(memberPath('$.a', "it's \u001b[31m")).toBe("$.a['it\\'s \\u{1b}[31m']");
  expect(elementPath('$.a', 3)).toBe('$.a[3]');
  expect(memberPath('$', 'x'.repeat(1_000_000))).toHaveLength(512);
  expect(shownValue('y'.repeat(200))).toHaveLength(80);
  expect(escapeText('a\r\n\u202e\u2028b')).toBe('a\\u{d}\\u{a}\\u{202e}\\u{2028}b');
});
