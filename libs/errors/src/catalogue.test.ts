import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  catalogue,
  docsOf,
  type ErrorCode,
  failureEntry,
  failures,
  isErrorCode,
  violationEntry,
  violations,
} from './catalogue.ts';

const entries = Object.entries(catalogue);

test('codes and names are well-formed and used once', () => {
  for (const [code, { name, title, hint }] of entries) {
    expect(code).toMatch(/^(V\d{3}|[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*)$/);
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const line of [title, hint]) expect(line).toMatch(/^\S.{10,}[^.\s]$/);
  }
  expect(new Set(entries.map(([, { name }]) => name)).size).toBe(entries.length);
});

test('violations and failures of the validator are told apart by their numbers', () => {
  for (const code of Object.keys(violations)) expect(code).not.toMatch(/^V1/);
  for (const code of Object.keys(failures)) expect(code).not.toMatch(/^V0/);
});

test('every entry has a meaning and steps, in whole sentences', () => {
  for (const [, { meaning, steps }] of entries) {
    expect(steps.length).toBeGreaterThan(0);
    for (const text of [meaning, ...steps]) expect(text).toMatch(/^[\p{Lu}`].*[.…]$/u);
  }
});

test('no two tables have the same code', () => {
  const tables = globSync('*-{violations,failures,records}.ts', { cwd: import.meta.dirname });
  const codes = tables.flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    return [...text.matchAll(/^ {2}'?([\w.]+)'?: \{$/gm)].map(([, code = '']) => code);
  });
  expect(codes.toSorted()).toEqual(Object.keys(catalogue).toSorted());
});

test('a code that the catalogue does not have does not compile', () => {
  // @ts-expect-error
  const code: ErrorCode = 'V999';
  expect(isErrorCode(code)).toBe(false);
});

test('a code has a page; what is no code has none', () => {
  expect(docsOf('V017')).toBe('docs/errors/V017.md');
  expect(docsOf('milvus.quota')).toBe('docs/errors/milvus.quota.md');
  for (const text of ['toString', '__proto__', '', 'V999']) {
    expect([docsOf(text), violationEntry(text), failureEntry(text), isErrorCode(text)]).toEqual([
      undefined,
      undefined,
      undefined,
      false,
    ]);
  }
});
