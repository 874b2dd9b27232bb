import { gzipSync } from 'node:zlib';
import { type BrokenKind, bytes, field, rewritten, withMembers, withTexts } from './broken-kind.ts';
import type { RowText } from './rows.ts';

/** No JSON document at all (V001), by what is in its way. The rows of the reference have a Bool `flag` and an Int32 `plain`. */
const invalidJson: Readonly<Record<string, (good: RowText) => Buffer>> = {
  'empty value': bytes(''),
  'white space alone': bytes(' \n\t '),
  'a NUL byte alone': bytes('\0'),
  'cut short': rewritten((json) => json.slice(0, -9)),
  'cut after a colon': bytes('{"id":'),
  'cut inside an escape': bytes('{"id": 1, "title": "\\u00'),
  'an open brace alone': bytes('{'),
  'two documents': rewritten((json) => `${json}\n${json}`),
  'a letter behind the document': rewritten((json) => `${json}x`),
  'a brace too many': rewritten((json) => `${json}}`),
  'a bracket for a brace': rewritten((json) => `${json.slice(0, -1)}]`),
  'trailing comma': rewritten((json) => `${json.slice(0, -1)},}`),
  'trailing comma in a list': withTexts({ pair: '[1, 2,]' }),
  'comma at the beginning': rewritten((json) => json.replace('{', '{,')),
  'two commas': rewritten((json) => json.replace(',', ',,')),
  'no comma between members': rewritten((json) => json.replace(',', ' ')),
  'no colon': bytes('{"id" 1}'),
  'equals sign for a colon': bytes('{"id"= 1}'),
  'key without quotes': bytes('{id: 1}'),
  'number as key': bytes('{1: 1}'),
  'single quotes': bytes("{'id': 1}"),
  'typographic quotes': bytes('{“id”: 1}'),
  comment: rewritten((json) => `${json} // row`),
  'comment inside': rewritten((json) => json.replace('{', '{/* row */')),
  'hash comment': rewritten((json) => `# row\n${json}`),
  NaN: withTexts({ single: 'NaN' }),
  Infinity: withTexts({ single: 'Infinity' }),
  'minus Infinity': withTexts({ double: '-Infinity' }),
  'True of Python': withTexts({ flag: 'True' }),
  'None of Python': withTexts({ flag: 'None' }),
  undefined: withTexts({ flag: 'undefined' }),
  'cut literal': withTexts({ flag: 'tru' }),
  'leading zero': withTexts({ plain: '007' }),
  'leading zero behind minus': withTexts({ plain: '-07' }),
  'plus sign': withTexts({ plain: '+7' }),
  'minus alone': withTexts({ plain: '-' }),
  'point at the beginning': withTexts({ single: '.5' }),
  'point at the end': withTexts({ single: '5.' }),
  'exponent without digits': withTexts({ single: '5e' }),
  'hexadecimal number': withTexts({ plain: '0x10' }),
  'digits with underscores': withTexts({ plain: '1_000' }),
  'decimal comma': withTexts({ single: '0,5' }),
  'long integer suffix': withTexts({ plain: '7n' }),
  'raw line break in a string': withTexts({ title: '"a\nb"' }),
  'raw tab in a string': withTexts({ title: '"a\tb"' }),
  'raw NUL in a string': withTexts({ title: '"a\0b"' }),
  'raw escape sequence in a string': withTexts({ title: '"\u001b[31mred"' }),
  'unknown escape': withTexts({ title: '"\\x41"' }),
  'escaped line break': withTexts({ title: '"a\\\nb"' }),
  'unicode escape without digits': withTexts({ title: '"\\u00g0"' }),
  'string without an end': withTexts({ title: '"open' }),
  'no-break space between members': rewritten((json) => json.replace(' ', '\u00a0')),
  'form feed between members': rewritten((json) => json.replace(' ', '\f')),
  'gzip bytes': rewritten((json) => gzipSync(json)),
  'schema registry bytes': bytes(Buffer.from([0, 0, 0, 0, 7, 2, 4, 6])),
  'a cut Protobuf message': bytes(Buffer.from([0x0a, 0x05, 0x61, 0x62])),
  'plain text': bytes('42, forty-two'),
  XML: bytes('<row id="1"/>'),
  YAML: bytes('id: 1\ntitle: one\n'),
  'HTML that would run in a page': bytes('<script>alert(1)</script>'),
};

/** Bytes that are no UTF-8 (V002), inside the text of a row where they are not alone. */
const invalidUtf8: Readonly<Record<string, (good: RowText) => Buffer>> = {
  'Latin-1': () => Buffer.from('{"title": "\xe9"}', 'latin1'),
  'UTF-16': rewritten((json) => Buffer.from(`\ufeff${json}`, 'utf16le')),
  'overlong slash': rewritten((json) => spliced(json, [0xc0, 0xaf])),
  'overlong NUL': rewritten((json) => spliced(json, [0xc0, 0x80])),
  'surrogate as bytes': rewritten((json) => spliced(json, [0xed, 0xa0, 0x80])),
  'beyond U+10FFFF': rewritten((json) => spliced(json, [0xf4, 0x90, 0x80, 0x80])),
  'character without its end': rewritten((json) => spliced(json, [0xe2, 0x82])),
  'continuation byte alone': rewritten((json) => spliced(json, [0x80])),
  'byte FF': rewritten((json) => spliced(json, [0xff])),
};

/** The bytes inside the string of the title. */
function spliced(json: string, inside: readonly number[]): Buffer {
  const at = json.indexOf('"title": "') + '"title": "'.length;
  return Buffer.concat([Buffer.from(json.slice(0, at)), Buffer.from(inside), Buffer.from(json.slice(at))]);
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

const kindsOf = (code: string, values: typeof invalidJson): BrokenKind[] =>
  Object.entries(values).map(([name, value]) => ({ name, code, path: '$', value }));

/** Values that cannot be read as a record, whatever the collection. */
export const brokenDocuments: readonly BrokenKind[] = [
  { name: 'tombstone', code: 'V009', path: '$', value: () => null },
  ...kindsOf('V001', invalidJson),
  ...kindsOf('V002', invalidUtf8),
  ...kindsOf('V003', {
    'byte order mark': rewritten((json) => `\ufeff${json}`),
    'byte order mark alone': bytes('\ufeff'),
  }),
  field('half of a surrogate pair', 'V004', 'title', '"\\ud83d"'),
  { ...field('surrogates in the wrong order', 'V004', 'title', '"\\ude82\\ud83d"'), violations: 2 },
  { name: 'nested too deep', code: 'V005', path: '$', value: withTexts({ vector: nested(5_000) }) },
  { name: 'brackets without end', code: 'V005', path: '$', value: bytes('['.repeat(100_000)) },
  { name: 'objects without end', code: 'V005', path: '$', value: bytes('{"a":'.repeat(50_000)) },
  { name: 'key twice', code: 'V006', path: '$.id', value: withMembers('"id": 1') },
  { name: 'key twice in another spelling', code: 'V006', path: '$.id', value: withMembers('"\\u0069d": 1') },
  ...kindsOf('V007', {
    'array at the top': rewritten((json) => `[${json}]`),
    'three numbers at the top': bytes('[1,2,3]'),
    'string at the top': rewritten((json) => JSON.stringify(json)),
    'number at the top': bytes('7'),
    'true at the top': bytes('true'),
    'null at the top': bytes('null'),
  }),
];
