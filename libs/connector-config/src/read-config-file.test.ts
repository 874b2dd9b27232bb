import { stringify } from 'dot-properties';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryFiles } from '../test/memory-files.ts';
import { connectorTable } from './all-keys.ts';
import { fileBytesMax } from './config-files.ts';
import { Report } from './problem.ts';
import { readConfigFile } from './read-config-file.ts';

function read(name: string, content: string | Uint8Array) {
  const report = new Report();
  const entries = readConfigFile(memoryFiles({ [name]: content }), name, report, connectorTable);
  return { entries, problems: report.problems, notes: report.notes, map: new Map(entries.map((e) => [e.key, e.text])) };
}

test('the three formats give the same keys, each with its place', () => {
  const wanted = [
    ['name', 'a'],
    ['errors.tolerance', 'all'],
    ['topics', 'x,y'],
    ['tasks.max', '01'],
  ];
  const files: readonly [string, string][] = [
    ['a.properties', 'name=a\nerrors.tolerance : all\ntopics x,y\n tasks.max=01'],
    ['a.yaml', 'name: a\nerrors:\n  tolerance: all\ntopics: [x, y]\ntasks.max: 01'],
    ['a.yml', 'config:\n  errors.tolerance: "all"\n  topics:\n    - x\n    - y\n  tasks: {max: 01}\nname: a'],
    ['a.json', '{"name":"a",\n"errors":{"tolerance":"all"},\n"topics":["x","y"],\n"tasks.max":"01"}'],
    [
      'b.json',
      '{"name":"a","config":{\n"errors.tolerance":"all","topics":"x,y","tasks.max":"01"},"tasks":[{"task":0}]}',
    ],
  ];
  for (const [name, text] of files) {
    const { entries, problems } = read(name, text);
    expect(problems).toEqual([]);
    expect(entries.map(({ key, text: value }) => [key, value])).toEqual(wanted);
  }
  expect(read('a.properties', files[0]?.[1] ?? '').entries[3]).toMatchObject({ line: 4, column: 2 });
  expect(read('a.yaml', files[1]?.[1] ?? '').entries[1]).toMatchObject({ line: 3, column: 3 });
  expect(read('a.json', files[3]?.[1] ?? '').entries[1]).toMatchObject({ line: 2, column: 11 });
});

test.each([['no'], ['yes'], ['007'], ['1e3'], ['0x10'], ['true'], ['1.50'], ['123456789012345678901']])(
  'an unquoted %s keeps its text in YAML',
  (text) => expect(read('a.yaml', `k: ${text}`).map.get('k')).toBe(text),
);

test.each([['1e3'], ['1.50'], ['123456789012345678901'], ['true']])('an unquoted %s keeps its text in JSON', (text) =>
  expect(read('a.json', `{"k":${text}}`).map.get('k')).toBe(text),
);

test('null is an empty value', () => {
  expect(read('a.json', '{"k":null}').map.get('k')).toBe('');
  expect(read('a.yaml', 'k:\nl: ~\nm: null').map).toEqual(
    new Map([
      ['k', ''],
      ['l', ''],
      ['m', ''],
    ]),
  );
  expect(read('a.yaml', 'k: "null"').map.get('k')).toBe('null');
});

test('byte order mark, CRLF, tabs and continued lines are read', () => {
  const { map } = read(
    'a.properties',
    '\ufeffname\ta\r\n# note\r\n! note\r\ntopics = x,\\\r\n   y\r\nb:c\r\nd=\\u0041\\=\\\\',
  );
  expect([...map]).toEqual([
    ['name', 'a'],
    ['topics', 'x,y'],
    ['b', 'c'],
    ['d', 'A=\\'],
  ]);
  expect(read('a.yaml', '\ufeffname: a\r\ntopics: b\r\n').map.get('topics')).toBe('b');
  expect(read('a.json', '\ufeff{"name":"a"}').map.get('name')).toBe('a');
});

test('whatever is written as properties is read back', () => {
  const key = fc.string({ unit: fc.constantFrom('a', '.', ' ', '=', ':', '#', 'é', '\\'), minLength: 1 });
  fc.assert(
    fc.property(fc.dictionary(key, fc.string({ unit: 'binary-ascii' })), (pairs) => {
      const wanted = Object.entries(pairs).map(([k, v]) => [k, v.replaceAll('\0', '0')] as [string, string]);
      const { entries } = read('a.properties', stringify(wanted, { lineWidth: null }));
      expect(new Map(entries.map((entry) => [entry.key, entry.text]))).toEqual(new Map(wanted));
    }),
  );
});

test('no text makes a parser throw', () => {
  const syntax = fc.string({
    unit: fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\n',
      ' ',
      '\t',
      '-',
      '&a',
      '*a',
      '!t',
      '\\u',
      '%',
      '|',
      'a',
    ),
  });
  fc.assert(
    fc.property(
      fc.constantFrom('a.yaml', 'a.json', 'a.properties'),
      fc.oneof(syntax, fc.string({ unit: 'binary' })),
      (name, text) => {
        const { entries, problems } = read(name, text);
        for (const { line } of [...entries, ...problems]) expect(line === undefined || line >= 1).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ['a.json', '{"a":1,}', 'comma is left over', 1],
  ['a.json', '{"a":1\n"b":2}', 'comma is missing', 2],
  ['a.json', '// hi\n{"a":1}', 'no comments', 1],
  ['a.json', '{"a":"x"', 'brace is missing', 1],
  ['a.json', '{"a":1}{}', 'more after the end', 1],
  ['a.json', '{\n"a":1,\n"a":2}', 'set twice', 3],
  ['a.json', '[1]', 'one map', 1],
  ['a.json', '{"a":[{}]}', 'plain values', 1],
  ['a.json', '', 'missing', 1],
  ['a.yaml', 'a: 1\na: 2', 'twice', 2],
  ['a.yaml', 'a:\n\t- b', 'tabs', 2],
  ['a.yaml', 'a: b: c', 'needs quotes', 1],
  ['a.yaml', 'a: &x 1', 'anchors', 1],
  ['a.yaml', 'a: !!binary aGk=', 'tags', 1],
  ['a.yaml', 'a: 1\n---\nb: 2', 'one document', 2],
  ['a.yaml', 'a: {? [b] : c}', 'not plain', 1],
  ['a.yaml', '- a', 'one map', 1],
  ['a.properties', 'a=1\nb=C:\\users', '\\u escape', 2],
  ['a.toml', 'a=1', 'must end in', undefined],
] as const)('%s with %j is refused: %s', (name, text, words, line) => {
  const { problems } = read(name, text);
  expect(problems.map(({ message }) => message).join()).toContain(words);
  expect(problems[0]?.line).toBe(line);
});

test('an aliases bomb is refused without being unfolded', () => {
  const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
  const { problems, entries } = read('a.yaml', ['l0: &l0 x', ...levels].join('\n'));
  expect(entries).toEqual([]);
  expect(problems.length).toBeGreaterThan(0);
});

test.each([
  ['a.yaml', '['],
  ['a.yaml', '- '],
  ['a.yaml', '{a: '],
  ['a.json', '['],
  ['a.json', '{"a":'],
])('%s of half a mebibyte of %j ends in a problem', (name, text) => {
  const { problems, entries } = read(name, text.repeat(Math.floor(fileBytesMax / 2 / text.length)));
  expect(entries).toEqual([]);
  expect(problems).toHaveLength(1);
});

test.each([
  ['too large', Buffer.alloc(fileBytesMax + 1, 'a'), 'larger than'],
  ['Latin-1', Buffer.from([0x61, 0x3d, 0xe9]), 'not UTF-8'],
  ['UTF-16', Buffer.from('\ufeffa=b', 'utf16le'), 'not UTF-8'],
  ['binary', Buffer.from('a=\0'), 'NUL'],
])('a file that is %s is refused', (_, bytes, words) => {
  expect(read('a.properties', bytes).problems[0]?.message).toContain(words);
});

test('a key given twice in a properties file counts as its last, and a note says so', () => {
  const { map, notes } = read('a.properties', 'a=1\na=2');
  expect(map.get('a')).toBe('2');
  expect(notes[0]).toMatchObject({ key: 'a', line: 2 });
});
