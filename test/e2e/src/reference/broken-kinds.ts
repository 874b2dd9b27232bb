import { gzipSync } from 'node:zlib';
import { jsonOf, type RowText, vectorDim } from './rows.ts';

/** One way for a record to be unfit, and what its dead letter has to say. */
export interface BrokenKind {
  readonly name: string;
  readonly code: string;
  readonly path: string;
  /** Violations in all; one where it does not say. */
  readonly violations?: number;
  /** The record's value, made out of a good row. */
  value(good: RowText): Buffer | null;
}

/** The row with other JSON text in some fields. */
const withTexts = (texts: RowText) => (good: RowText) => Buffer.from(jsonOf({ ...good, ...texts }));

const without = (field: string) => (good: RowText) =>
  Buffer.from(jsonOf(Object.fromEntries(Object.entries(good).filter(([name]) => name !== field))));

/** The row's whole text, rewritten. */
const rewritten = (rewrite: (json: string) => string | Uint8Array) => (good: RowText) =>
  Buffer.from(rewrite(jsonOf(good)));

const bytes = (content: string | Uint8Array) => () => Buffer.from(content);

const vectorOf = (...last: string[]): string =>
  `[${[...new Array<string>(vectorDim - last.length).fill('0.5'), ...last].join(', ')}]`;

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** One violation of one field: the kind's name, its code, the field, and the text that is wrong with it. */
const field = (name: string, code: string, at: string, text: string): BrokenKind => ({
  name,
  code,
  path: `$.${at}`,
  value: withTexts({ [at]: text }),
});

export const brokenKinds: readonly BrokenKind[] = [
  // Not a document that can be read.
  { name: 'tombstone', code: 'V009', path: '$', value: () => null },
  { name: 'empty value', code: 'V001', path: '$', value: bytes('') },
  { name: 'white space alone', code: 'V001', path: '$', value: bytes(' \n\t ') },
  { name: 'cut short', code: 'V001', path: '$', value: rewritten((json) => json.slice(0, -9)) },
  { name: 'two documents', code: 'V001', path: '$', value: rewritten((json) => `${json}\n${json}`) },
  { name: 'trailing comma', code: 'V001', path: '$', value: rewritten((json) => `${json.slice(0, -1)},}`) },
  { name: 'single quotes', code: 'V001', path: '$', value: bytes("{'id': 1}") },
  { name: 'comment', code: 'V001', path: '$', value: rewritten((json) => `${json} // row`) },
  { name: 'NaN', code: 'V001', path: '$', value: withTexts({ single: 'NaN' }) },
  { name: 'leading zero', code: 'V001', path: '$', value: withTexts({ plain: '007' }) },
  { name: 'raw line break in a string', code: 'V001', path: '$', value: withTexts({ title: '"a\nb"' }) },
  { name: 'schema registry bytes', code: 'V001', path: '$', value: bytes(Buffer.from([0, 0, 0, 0, 7, 2, 4, 6])) },
  { name: 'gzip bytes', code: 'V002', path: '$', value: rewritten((json) => gzipSync(json)) },
  { name: 'invalid UTF-8', code: 'V002', path: '$', value: () => Buffer.from('{"title": "\xe9"}', 'latin1') },
  { name: 'byte order mark', code: 'V003', path: '$', value: rewritten((json) => `\ufeff${json}`) },
  field('half of a surrogate pair', 'V004', 'title', '"\\ud83d"'),
  { name: 'nested too deep', code: 'V005', path: '$', value: withTexts({ vector: nested(5_000) }) },
  { name: 'key twice', code: 'V006', path: '$.id', value: rewritten((json) => json.replace('{', '{"id": 1, ')) },
  { name: 'array at the top', code: 'V007', path: '$', value: rewritten((json) => `[${json}]`) },
  { name: 'string at the top', code: 'V007', path: '$', value: rewritten((json) => JSON.stringify(json)) },
  { name: 'null at the top', code: 'V007', path: '$', value: bytes('null') },

  // A document that does not fit the collection.
  { name: 'no key', code: 'V010', path: '$.id', value: without('id') },
  { name: 'no vector', code: 'V010', path: '$.vector', value: without('vector') },
  { name: 'unknown field', code: 'V019', path: '$.surprise', value: withTexts({ surprise: '1' }) },
  {
    name: 'unknown __proto__',
    code: 'V019',
    path: '$.__proto__',
    value: rewritten((json) => json.replace('{', '{"__proto__": {}, ')),
  },
  field('null key', 'V011', 'id', 'null'),
  field('null vector', 'V011', 'vector', 'null'),
  field('key as text', 'V012', 'id', '"42"'),
  field('Bool as text', 'V012', 'flag', '"true"'),
  field('Bool as number', 'V012', 'flag', '1'),
  field('number as text', 'V012', 'double', '"0.5"'),
  field('text as number', 'V012', 'title', '7'),
  field('vector as text', 'V012', 'vector', '"[0.5]"'),
  field('key above Int64', 'V013', 'id', '9223372036854775808'),
  field('key below Int64', 'V013', 'id', '-9223372036854775809'),
  field('above Int8', 'V013', 'tiny', '128'),
  field('below Int16', 'V013', 'small', '-32769'),
  field('above Int32', 'V013', 'plain', '2147483648'),
  field('half in an integer', 'V014', 'long', '1.5'),
  field('too large for a single', 'V015', 'single', '1e39'),
  field('too large for a double', 'V015', 'double', '1e400'),
  field('too many bytes in few characters', 'V016', 'title', `"${'🚂'.repeat(17)}"`),
  field('vector one short', 'V017', 'vector', `[${new Array(vectorDim - 1).fill('1').join()}]`),
  field('vector one long', 'V017', 'vector', `[${new Array(vectorDim + 1).fill('1').join()}]`),
  field('empty vector', 'V017', 'pair', '[]'),
  { name: 'null in a vector', code: 'V018', path: '$.vector[15]', value: withTexts({ vector: vectorOf('null') }) },
  { name: 'text in a vector', code: 'V018', path: '$.vector[14]', value: withTexts({ vector: vectorOf('"1"', '1') }) },
  { name: 'list in a vector', code: 'V018', path: '$.pair[1]', value: withTexts({ pair: '[1, [2]]' }) },
  {
    name: 'vector element too large',
    code: 'V015',
    path: '$.vector[15]',
    value: withTexts({ vector: vectorOf('-1e39') }),
  },
  {
    name: 'three things at once',
    code: 'V012',
    path: '$.flag',
    violations: 3,
    value: withTexts({ flag: '0', tiny: '200', pair: '[1]' }),
  },
];
