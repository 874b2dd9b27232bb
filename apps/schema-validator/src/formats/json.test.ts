import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Report } from '../report.ts';
import { json } from './json.ts';
import { skipValue, stringText } from './json-value.ts';

function read(value: string | Buffer, depthMax = 64, keysMax = 1_000) {
  const bytes = Buffer.from(value);
  const report = new Report(20);
  const members = json.newReader({ depthMax, keysMax }).read(bytes, report);
  return { bytes, members, violations: report.take().violations };
}

const codesOf = (value: string | Buffer, depthMax?: number, keysMax?: number) =>
  read(value, depthMax, keysMax).violations.map(({ code }) => code);

const accepted = [
  '{}',
  ' \t\r\n{ } \n',
  '{"a":null,"b":true,"c":false}',
  '{"":0}',
  '{"a":[]}',
  '{"a":[1, 2,[3],{}]}',
  '{"a":{"b":{"c":[{}]}}}',
  '{"a":-0,"b":-0.0,"c":0e1,"d":0E+1,"e":1e-2,"f":123.456e78,"g":-1}',
  '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}',
  '{"a":"\\u0000\\u00e9\\uD834\\udd1e"}',
  '{"a":"\u007f\u2028\u2029\ufeff\u{10ffff}"}',
  '{"a":"/* no comment */"}',
  '{"\\u0061":1,"b":1}',
  '{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}',
  `{"a":${'9'.repeat(5000)}}`,
  '{"a":1e999999999999999999999}',
];

const refused: readonly { readonly text: string; readonly where: string }[] = [
  { text: '', where: 'the value is empty' },
  { text: '   ', where: 'byte 3 (line 1, column 4): expected a value' },
  { text: '{', where: 'byte 1' },
  { text: '{"a"', where: 'byte 4 (line 1, column 5): expected : after the key' },
  { text: '{"a":', where: 'byte 5' },
  { text: '{"a":1', where: 'expected , or }' },
  { text: '{"a":1,}', where: 'byte 7 (line 1, column 8): expected a key in double quotes' },
  { text: '{,}', where: 'byte 1' },
  { text: '{a:1}', where: 'expected a key in double quotes or }' },
  { text: "{'a':1}", where: 'byte 1' },
  { text: '{1:1}', where: 'byte 1' },
  { text: '{"a" 1}', where: 'expected : after the key' },
  { text: '{"a"::1}', where: 'byte 5' },
  { text: '{"a":1 "b":2}', where: 'byte 7' },
  { text: '{"a":1}{"b":2}', where: 'byte 7 (line 1, column 8): expected the end of the document' },
  { text: '{"a":1}x', where: 'byte 7' },
  { text: '{"a":1}\0', where: 'byte 7' },
  { text: '{"a":[1,]}', where: 'byte 8' },
  { text: '{"a":[,1]}', where: 'byte 6' },
  { text: '{"a":[1 2]}', where: 'expected , or ]' },
  { text: '{"a":[1}', where: 'expected , or ]' },
  { text: '{"a":01}', where: 'byte 6' },
  { text: '{"a":-01}', where: 'byte 7' },
  { text: '{"a":+1}', where: 'byte 5' },
  { text: '{"a":.5}', where: 'byte 5' },
  { text: '{"a":1.}', where: 'expected a digit after the point' },
  { text: '{"a":1.e5}', where: 'byte 7' },
  { text: '{"a":-}', where: 'expected a digit' },
  { text: '{"a":1e}', where: 'expected a digit in the exponent' },
  { text: '{"a":1e+}', where: 'byte 8' },
  { text: '{"a":1e5.5}', where: 'byte 8' },
  { text: '{"a":0x10}', where: 'byte 6' },
  { text: '{"a":1_000}', where: 'byte 6' },
  { text: '{"a":NaN}', where: 'expected a value' },
  { text: '{"a":Infinity}', where: 'byte 5' },
  { text: '{"a":-Infinity}', where: 'byte 6' },
  { text: '{"a":True}', where: 'byte 5' },
  { text: '{"a":tru}', where: 'byte 5' },
  { text: '{"a":nul', where: 'byte 5' },
  { text: '{"a":undefined}', where: 'byte 5' },
  { text: '{"a":"x', where: 'expected the closing " of a string' },
  { text: '{"a":"\n"}', where: 'expected control characters in a string to be escaped' },
  { text: '{"a":"\t"}', where: 'byte 6' },
  { text: '{"a":"\\x41"}', where: 'byte 7' },
  { text: '{"a":"\\u12g4"}', where: 'expected four hexadecimal digits' },
  { text: '{"a":"\\u12', where: 'byte 10' },
  { text: '{"a":"\\', where: 'byte 7' },
  { text: '{"a":1} // comment', where: 'byte 8' },
  { text: '/* c */{"a":1}', where: 'byte 0' },
  { text: '\u00a0{}', where: 'byte 0' },
  { text: '{"a":1\u2028}', where: 'byte 6' },
  { text: '{\n  "é": [1,\n  2,, 3]}', where: 'byte 18 (line 3, column 5)' },
  { text: '\x00\x00\x00\x00\x05{"a":1}', where: 'byte 0' },
  { text: '[1,2', where: 'byte 4' },
];

describe('what the grammar allows is accepted', () => {
  test.each(accepted)('%s', (text) => {
    expect(codesOf(text)).toEqual([]);
    expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe('what the grammar does not allow is refused with its position', () => {
  test.each(refused)('$text', ({ text, where }) => {
    const { members, violations } = read(text);
    expect(members).toBeUndefined();
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({ code: 'V001', path: '$' });
    expect(violations[0]?.message).toContain(where);
    expect(() => JSON.parse(text)).toThrow();
  });
});

describe('what the grammar leaves open and could lose data', () => {
  test('a duplicate key is a violation, in whatever spelling and depth', () => {
    expect(codesOf('{"a":1,"b":2,"\\u0061":3}')).toEqual(['V006']);
    const { violations, members } = read('{"x":[{"k":1},{"k":1,"y":{"o p":1,"o p":2}}]}');
    expect(violations).toMatchObject([{ code: 'V006', path: "$.x[1].y['o p']", found: 'byte 34 (line 1, column 35)' }]);
    expect(members).toHaveLength(1);
  });

  test('keys that JavaScript knows otherwise are keys like others, also when they repeat', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0']) {
      expect(read(`{"${key}":1}`).members?.map(({ name }) => name)).toEqual([key]);
      expect(codesOf(`{"${key}":1,"x":{"${key}":{"y":2}}}`)).toEqual([]);
      const spelled = `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}`;
      expect(read(`{"x":[{"${key}":1,"${spelled}":{}}]}`).violations[0]?.code).toBe('V006');
    }
  });

  test('a key in another normal form, case or with a zero character is another key', () => {
    expect(codesOf('{"\u00e9":1,"e\u0301":2,"E":3,"e":4,"e\\u0000":5}')).toEqual([]);
  });

  test('what is wrong is told in the order of the text', () => {
    const { violations } = read('{"a":{"k\\ud800":1,\n"k":["\\udc00"],"k":2},"a":"\\ud800"}');
    expect(violations.map(({ code, path, found }) => `${code} ${path} ${found}`)).toEqual([
      "V004 $.a['k\\u{d800}'] byte 8 (line 1, column 9)",
      'V004 $.a.k[0] byte 25 (line 2, column 7)',
      'V006 $.a.k byte 34 (line 2, column 16)',
      'V006 $.a byte 41 (line 2, column 23)',
      'V004 $.a byte 46 (line 2, column 28)',
    ]);
  });

  test('a fault before bytes that are not UTF-8 is the one that is told', () => {
    const latin1 = (text: string) => read(Buffer.from(text, 'latin1')).violations;
    expect(latin1('{"a":1,,"\xe9":2}')).toMatchObject([{ code: 'V001', found: '`,`' }]);
    expect(latin1('{"a":1,"\xe9":2,,}')).toMatchObject([{ code: 'V002', found: 'byte e9' }]);
  });

  test('the first of two equal keys is the one that is checked on', () => {
    const { bytes, members } = read('{"a":1,"a":"x"}');
    expect(members?.map(({ value }) => bytes.toString('utf8', value.start, value.end))).toEqual(['1']);
  });

  test.each([
    '"\\ud800"',
    '"\\ud800\\ue000"',
    '"\\udc00"',
    '"\\ud800x"',
    '"\\ud800\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud800\\n"',
  ])('half a surrogate pair in %s is a violation', (text) => {
    expect(codesOf(`{"a":${text}}`)).toContain('V004');
    expect(read(`{"a":[${text}]}`).violations[0]?.path).toBe('$.a[0]');
  });

  test('a byte order mark is refused by its name', () => {
    expect(codesOf('\ufeff{}')).toEqual(['V003']);
  });

  test.each([
    [Buffer.from([0x7b, 0xff, 0x7d]), 1],
    [Buffer.from('{"a":"\xe9"}', 'latin1'), 6],
    [Buffer.concat([Buffer.from('{"é":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]), 7],
    [Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]), 6],
    [Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xf4, 0x90, 0x80, 0x80]), Buffer.from('"}')]), 6],
    [Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe2, 0x82])]), 6],
  ])('bytes that are not UTF-8 are refused with their position', (bytes, at) => {
    const { violations } = read(bytes);
    expect(violations[0]?.code).toBe('V002');
    expect(violations[0]?.message).toContain(`byte ${at} `);
  });

  test.each(['[1,2,3]', '"text"', '12', 'null', 'true'])('%s is no object', (text) => {
    expect(read(text).violations).toMatchObject([{ code: 'V007', path: '$', found: text }]);
  });
});

test('nesting is bounded, and the bound itself is allowed', () => {
  const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  expect(codesOf(nested(5), 5)).toEqual([]);
  expect(read(nested(6), 5).violations).toMatchObject([{ code: 'V005', expected: 'at most 5 levels' }]);
  expect(codesOf('['.repeat(100_000))).toEqual(['V005']);
  expect(codesOf(nested(1_000), 1_000)).toEqual([]);
});

test('keys are bounded over the whole document, and the bound itself is allowed', () => {
  const document = '{"a":{"b":[{"c":1},{"c":{}}]},"d":0}';
  expect(codesOf(document, 64, 5)).toEqual([]);
  expect(read(document, 64, 4).violations).toMatchObject([
    {
      code: 'V024',
      path: '$',
      message: 'the value has too many keys: one too many is at byte 30 (line 1, column 31)',
      expected: 'at most 4 keys in all',
    },
  ]);
});

test('of a million keys no more are read than are allowed', () => {
  const million = `{${Array.from({ length: 1_000_000 }, (_, key) => `"${key}":0`).join()}}`;
  const at = million.indexOf('"100000":');
  expect(read(million, 64, 100_000).violations[0]?.message).toContain(`at byte ${at} `);
});

test('flaws deep inside a large document are placed in one pass', () => {
  const twice = '{"k":0,"k":1}';
  const inner = `"${'x'.repeat(2_000_000)}",${Array(32).fill(twice).join()}`;
  const { violations } = read(`{"a":${'['.repeat(990)}${inner}${']'.repeat(990)}}`, 1_000);
  expect(violations).toHaveLength(20);
  expect(violations.every(({ code }) => code === 'V006')).toBe(true);
});

test('a registry header and compressed data are recognised', () => {
  expect(read('\x00\x00\x00\x00\x05abc').violations[0]?.hint).toContain('schema registry');
  expect(read(Buffer.from([0x1f, 0x8b, 0x08])).violations[0]?.hint).toContain('gzip');
  for (const encoding of ['\ufeff{"a":1}', '{"a":1}', '[1]']) {
    const little = Buffer.from(encoding, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect(read(bytes).violations[0]?.hint).toContain('UTF-16');
    }
  }
});

test('control characters in a document are escaped where it is shown', () => {
  const [violation] = read('{"a":\u001b[2J}').violations;
  expect(violation?.found).toBe('`\\u{1b}`');
});

const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());

test('property: valid documents are read as JSON.parse reads them', () => {
  fc.assert(
    fc.property(anyObject, fc.constantFrom(undefined, 1, '\t'), (object, space) => {
      const text = JSON.stringify(object, undefined, space);
      const { bytes, members, violations } = read(text);
      expect(violations).toEqual([]);
      const built = new Map(
        members?.map(({ name, value: { kind, start, end, escaped } }) => {
          expect(skipValue(bytes, start)).toBe(end);
          const value: unknown =
            kind === 'string' ? stringText(bytes, start, end, escaped) : JSON.parse(bytes.toString('utf8', start, end));
          return [name, value];
        }),
      );
      expect(built).toEqual(new Map(Object.entries(JSON.parse(text))));
    }),
    { numRuns: 500 },
  );
});

test('property: random bytes never throw and never pass without being an object', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const { members, violations } = read(Buffer.from(bytes));
      expect(members !== undefined || violations.length > 0).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
