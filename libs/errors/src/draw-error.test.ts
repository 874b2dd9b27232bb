import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawError, noInk } from './draw-error.ts';
import { tellError } from './tell-error.ts';
import type { ToldError, ToldViolation } from './told-error.ts';

const short: ToldViolation = {
  code: 'V017',
  path: '$.embedding',
  message: 'vector has 3 numbers, the collection wants 4',
  expected: 'a list of 4 numbers',
  found: '3 numbers',
  hint: 'the producer probably cut the list',
};
const error: ToldError = {
  kind: 'error',
  violations: [short],
  omitted: 0,
  place: 'orders-7 @ offset 18 244 113',
  about: ['key "a93"', 'trace 4f2c'],
  value: Buffer.from('{"id": 1, "embedding": [0.12, -0.98, 3]}'),
  facts: [['sent to', 'orders.dead-letters-0 @ 912  (3 like this among the last 20)']],
};

test('a drawn error says what, where, which part, what became of it and what to do', () => {
  expect(drawError(error)).toEqual([
    'error[V017]: vector has 3 numbers, the collection wants 4',
    '  --> orders-7 @ offset 18 244 113   $.embedding   (key "a93", trace 4f2c)',
    '   |  "embedding": [0.12, -0.98, 3]',
    '   |               ^^^^^^^^^^^^^^^^',
    '   = expected: a list of 4 numbers; found 3 numbers',
    '   = sent to: orders.dead-letters-0 @ 912  (3 like this among the last 20)',
    '   = help: the producer probably cut the list',
    '   = docs: docs/errors/V017.md',
  ]);
});

test('a told error says the same, a line each, without marks', () => {
  expect(tellError(error)).toEqual([
    'error V017: vector has 3 numbers, the collection wants 4',
    'place: orders-7 @ offset 18 244 113',
    'path: $.embedding',
    'record: key "a93", trace 4f2c',
    'excerpt: "embedding": [0.12, -0.98, 3]',
    'expected: a list of 4 numbers',
    'found: 3 numbers',
    'sent to: orders.dead-letters-0 @ 912  (3 like this among the last 20)',
    'help: the producer probably cut the list',
    'docs: docs/errors/V017.md',
  ]);
});

test('every violation of a record has its block; what is of the record stands in the first', () => {
  const missing = { ...short, code: 'V010', path: '$.title', message: 'a field is missing', found: 'nothing' };
  const both = { ...error, violations: [short, missing], omitted: 2 };
  expect(drawError(both).slice(5)).toEqual([
    '   = sent to: orders.dead-letters-0 @ 912  (3 like this among the last 20)',
    '   = not listed: 2 more',
    '   = help: the producer probably cut the list',
    '   = docs: docs/errors/V017.md',
    'and[V010]: a field is missing',
    '  --> $.title',
    '   |  {"id": 1, "embedding": […]}',
    '   |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ no .title here',
    '   = expected: a list of 4 numbers; found nothing',
    '   = help: the producer probably cut the list',
    '   = docs: docs/errors/V010.md',
  ]);
  expect(tellError(both)).toContain('excerpt: {"id": 1, "embedding": […]} (no .title here)');
});

test('what is not known is left out', () => {
  const bare: ToldViolation = { code: 'milvus.new', path: '', message: 'a', expected: '', found: '', hint: '' };
  const nothing: ToldError = { kind: 'waits', violations: [bare], omitted: 0, place: '', about: [], facts: [] };
  expect(drawError(nothing)).toEqual(['waits[milvus.new]: a']);
  expect(tellError(nothing)).toEqual(['waits milvus.new: a']);
});

test('a path of the key is looked for in the key; one of neither has no excerpt', () => {
  const of = (path: string) =>
    drawError({ ...error, key: Buffer.from('{"id": "k"}'), violations: [{ ...short, path }] }).slice(2, 3);
  expect(of('$key.id')).toEqual(['   |  "id": "k"']);
  expect(of('$header.trace')).toEqual(['   = expected: a list of 4 numbers; found 3 numbers']);
});

test('where a value cannot be read, the byte that was found is marked', () => {
  const found = '"x" at byte 8 (line 1, column 9)';
  const lines = drawError({ ...error, value: Buffer.from('{"id": 7x}'), violations: [{ ...short, path: '$', found }] });
  expect(lines.slice(2, 4)).toEqual(['   |  {"id": 7x}', '   |          ^']);
});

test('colours stand around what they are for, and nowhere else', () => {
  const marked = { error: (text: string) => `<${text}>`, strong: noInk.strong, faint: noInk.faint };
  expect(drawError(error, marked)[0]).toBe('<error[V017]>: vector has 3 numbers, the collection wants 4');
});

const text = fc.string({ unit: 'binary', maxLength: 50 });
const hostile = fc.record({
  kind: fc.constantFrom('error' as const, 'waits' as const),
  violations: fc.array(fc.record({ code: text, path: text, message: text, expected: text, found: text, hint: text }), {
    minLength: 1,
    maxLength: 3,
  }),
  omitted: fc.nat(3),
  place: text,
  about: fc.array(text, { maxLength: 2 }),
  value: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  facts: fc.array(fc.tuple(fc.constant('sent to'), text), { maxLength: 2 }),
});

test('nothing in an error steers a terminal or forges a line', () => {
  fc.assert(
    fc.property(hostile, (told) => {
      for (const line of [...drawError(told), ...tellError(told)]) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }
    }),
    { numRuns: 1_000 },
  );
});
