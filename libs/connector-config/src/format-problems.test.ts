// biome-ignore-all lint/suspicious/noControlCharactersInRegex: the test is about them.

import { escapeText } from '@millrace/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNote, formatProblems } from './format-problems.ts';
import type { Problem } from './problem.ts';

const problem: Problem = {
  file: 'connectors/a.properties',
  line: 3,
  column: 1,
  key: 'batch.records.max',
  message: 'must be a whole number from 1 to 50000',
  found: 'many',
  foundAt: undefined,
  default: '5000',
  example: 'batch.records.max=1000',
  help: undefined,
};

test('a problem says what, where, what was found, the default and an example', () => {
  expect(formatProblems([problem])).toBe(
    [
      'error: batch.records.max: must be a whole number from 1 to 50000',
      '  --> connectors/a.properties:3:1',
      '   |  batch.records.max=many',
      '   |                    ^^^^',
      '   = default: 5000',
      '   = example: batch.records.max=1000',
    ].join('\n'),
  );
});

test('several problems are counted at the end', () => {
  expect(formatProblems([problem, problem])).toMatch(/\n\n2 problems in the configuration$/);
  expect(formatProblems([])).toBe('');
});

test('nothing from a file can steer a terminal or forge a line', () => {
  const hostile = 'x\u001b[2J\r\nerror: forged\u202e\u0085\u2028\ud800';
  const text = formatProblems([{ ...problem, file: hostile, key: hostile, found: hostile, message: hostile }]);
  expect(text.split('\n')).toHaveLength(6);
  expect(text).toContain('x\\u{1b}[2J\\u{d}\\u{a}error: forged\\u{202e}\\u{85}\\u{2028}\\u{d800}');
  expect(formatNote({ file: hostile, line: 1, column: 1, key: hostile, message: hostile })).not.toMatch(/[\r\n\u001b]/);
});

test('escaped text is printable, and bounded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const escaped = escapeText(text, 100);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(escaped.length).toBeLessThan(100 * 10 + 20);
    }),
  );
});
