import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from './columns.ts';
import { type Excerpt, excerptOf } from './excerpt.ts';
import { elementPath, memberPath } from './json-path.ts';
import { locate } from './locate.ts';

/** The text with its mark below, as it is drawn. */
function drawn({ text, from, width, note }: Excerpt): string[] {
  return [text, `${' '.repeat(from)}${'^'.repeat(width)}${note && ` ${note}`}`];
}

const show = (document: string | Buffer, path: string, byte?: number) =>
  drawn(excerptOf(Buffer.from(document), path, { byte }));

describe('an excerpt shows', () => {
  test('a member with its name, and the mark under the value', () => {
    expect(show('{"id": 1, "title": "x y", "n": 2}', '$.title')).toEqual(['"title": "x y"', '         ^^^^^']);
  });

  test('a long list by its first numbers and how many there are', () => {
    const numbers = Array.from({ length: 767 }, (_, i) => i / 8).join(', ');
    expect(show(`{"embedding": [${numbers}]}`, '$.embedding')).toEqual([
      '"embedding": [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, … 767 values]',
      '             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
    ]);
  });

  test('an element with what is before and behind it', () => {
    expect(show('{"v": [1, 2, null, 4]}', '$.v[2]')).toEqual([
      '"v": [… 2 before, null, … 1 behind]',
      '                  ^^^^',
    ]);
    expect(show('{"v": ["a", 2]}', '$.v[0]')).toEqual(['"v": ["a", … 1 behind]', '      ^^^']);
    expect(show('{"v": [[1], [2, "x"]]}', '$.v[1][1]')).toEqual(['"v"[1][1]: "x"', '           ^^^']);
  });

  test('the innermost object where a member is missing', () => {
    expect(show('{"id": 2, "titel": "x"}', '$.title')).toEqual([
      '{"id": 2, "titel": "x"}',
      '^^^^^^^^^^^^^^^^^^^^^^^ no .title here',
    ]);
    expect(show('{"meta": {"a": {"b": 1}}}', '$.meta.a.c[2]')[0]).toBe('"a": {"b": 1}');
  });

  test('the byte where a document cannot be read', () => {
    expect(show('{"id": 7,}', '$', 9)).toEqual(['{"id": 7,}', '         ^']);
    const [text = '', mark = ''] = show(`{"a": "${'é'.repeat(100)}" oops}`, '$', 210);
    expect(text.slice(mark.length - 1)).toBe('ops}');
    expect(text.startsWith('…é')).toBe(true);
    expect(show('{"v": [1, 2', '$', 11)).toEqual(['{"v": [1, 2', '           ^']);
  });

  test('the whole of a value that is no object, and nothing of one without bytes', () => {
    expect(show('[1,2,3]', '$')).toEqual(['[1, 2, 3]', '^^^^^^^^^']);
    expect(show('', '$.a')).toEqual(['', '^ no bytes']);
  });

  test('marks under the right columns behind wide characters', () => {
    const [text = '', mark = ''] = show('{"名前": 5}', "$['名前']");
    expect([text, mark]).toEqual(['"名前": 5', '        ^']);
    expect(columnsOf('"名前": ')).toBe(8);
  });

  test('no values where they are masked', () => {
    const document = Buffer.from('{"id": 1, "secret": "canary", "list": ["canary"]}');
    for (const path of ['$.secret', '$.list[0]', '$', '$.none', '$.list']) {
      expect(drawn(excerptOf(document, path, { masked: true })).join()).not.toContain('canary');
      expect(drawn(excerptOf(document, path, { masked: true, byte: 22 })).join()).not.toContain('canary');
    }
    expect(drawn(excerptOf(document, '$.secret', { masked: true }))).toEqual(['"secret": ***', '          ^^^']);
  });
});

/** Every path of a value, with the value there. */
function* pathsOf(value: unknown, path = '$'): Generator<readonly [path: string, value: unknown]> {
  yield [path, value];
  if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* pathsOf(each, elementPath(path, index));
  else if (value instanceof Object)
    for (const [name, each] of Object.entries(value)) yield* pathsOf(each, memberPath(path, name));
}

const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('a', 'a.b', "it's", '[0]', '', '__proto__'),
);
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 0 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('every path of any value leads to that value', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const document = Buffer.from(text);
      const read = JSON.parse(document.toString());
      for (const [path, wanted] of pathsOf(read)) {
        // Names that are shown alike (shortened, escaped) share a path.
        if (path.endsWith('…') || /\\u\{d[89a-f]/.test(path)) continue;
        const { start, end, missing } = locate(document, path);
        expect(missing).toBe('');
        expect(JSON.parse(document.toString('utf8', start, end))).toEqual(wanted);
      }
    }),
    { numRuns: 1_000 },
  );
});

const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', ' ', '\u202e', '\x1b'), { maxLength: 60 })
    .map((parts) => Buffer.from(parts.join(''))),
);
const anyPath = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom('$', '.a', '[0]', "['", "']", '…', '[', '9999999999'), { maxLength: 6 })
    .map((parts) => parts.join('')),
);

test('no bytes and no path break an excerpt, steer a terminal or make it long', () => {
  fc.assert(
    fc.property(garbage, anyPath, fc.option(fc.nat(300), { nil: undefined }), (document, path, byte) => {
      const excerpt = excerptOf(document, path, { byte });
      expect(excerpt.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(columnsOf(excerpt.text)).toBeLessThan(700);
      expect(excerpt.from + excerpt.width).toBeLessThanOrEqual(columnsOf(excerpt.text) + 1);
    }),
    { numRuns: 3_000 },
  );
});

test('a large and deep record takes no time', () => {
  const deep = Buffer.from(`{"a": ${'['.repeat(500_000)}${']'.repeat(500_000)}, "b": 1}`);
  const started = performance.now();
  expect(show(deep, '$.b')[0]).toBe('"b": 1');
  expect(performance.now() - started).toBeLessThan(2_000);
});
