import { type BrokenKind, element, field, withMembers, without, withTexts } from './broken-kind.ts';
import { vectorDim } from './rows.ts';

const vectorOf = (...last: string[]): string =>
  `[${[...new Array<string>(vectorDim - last.length).fill('0.5'), ...last].join(', ')}]`;

const vectorOfLength = (length: number): string => `[${new Array(length).fill('1').join()}]`;

const missing = (name: string): BrokenKind => ({
  name: `no ${name}`,
  code: 'V010',
  path: `$.${name}`,
  value: without(name),
});

/** A member that the collection does not have, and its path. */
const unknown = (name: string, key: string, path: string): BrokenKind => ({
  name,
  code: 'V019',
  path,
  value: withMembers(`${key}: 1`),
});

/** Documents that do not fit the mixed collection of the reference. */
export const brokenValues: readonly BrokenKind[] = [
  missing('id'),
  missing('vector'),
  missing('title'),
  { name: 'an empty object', code: 'V010', path: '$.id', violations: 11, value: () => Buffer.from('{}') },
  unknown('unknown field', '"surprise"', '$.surprise'),
  unknown('unknown __proto__', '"__proto__"', '$.__proto__'),
  unknown('unknown constructor', '"constructor"', '$.constructor'),
  unknown('unknown toString', '"toString"', '$.toString'),
  unknown('field in upper case', '"ID"', '$.ID'),
  unknown('field with a space', '"id "', "$['id ']"),
  unknown('empty name', '""', "$['']"),
  unknown('name of the dynamic field, which is not there', '"$meta"', "$['$meta']"),
  unknown('a name that steers a terminal', '"\\u001b[31mid"', "$['\\u{1b}[31mid']"),
  unknown('a name with a line break', '"id\\r\\nlevel=info"', "$['id\\u{d}\\u{a}level=info']"),
  field('null key', 'V011', 'id', 'null'),
  field('null vector', 'V011', 'vector', 'null'),
  field('null text', 'V011', 'title', 'null'),
  field('key as text', 'V012', 'id', '"42"'),
  field('key as list', 'V012', 'id', '[42]'),
  field('Bool as text', 'V012', 'flag', '"true"'),
  field('Bool as yes', 'V012', 'flag', '"yes"'),
  field('Bool as number', 'V012', 'flag', '1'),
  field('integer as text', 'V012', 'plain', '"12"'),
  field('integer with letters', 'V012', 'plain', '"12abc"'),
  field('integer behind a space', 'V012', 'plain', '" 12"'),
  field('integer as empty text', 'V012', 'plain', '""'),
  field('integer as true', 'V012', 'plain', 'true'),
  field('integer as date', 'V012', 'plain', '"2026-01-31"'),
  field('number as text', 'V012', 'double', '"0.5"'),
  field('NaN as text', 'V012', 'double', '"NaN"'),
  field('text as number', 'V012', 'title', '7'),
  field('text as object', 'V012', 'title', '{"text": "x"}'),
  field('text as list', 'V012', 'title', '["x"]'),
  field('vector as text', 'V012', 'vector', '"[0.5]"'),
  field('vector as number', 'V012', 'vector', '0.5'),
  field('vector as object', 'V012', 'vector', '{"0": 0.5}'),
  field('key above Int64', 'V013', 'id', '9223372036854775808'),
  field('key below Int64', 'V013', 'id', '-9223372036854775809'),
  field('key of 2^64', 'V013', 'id', '18446744073709551616'),
  field('key as a large exponent', 'V013', 'id', '1e400'),
  field('above Int8', 'V013', 'tiny', '128'),
  field('far above Int8', 'V013', 'tiny', '300'),
  field('below Int8', 'V013', 'tiny', '-129'),
  field('above Int16', 'V013', 'small', '32768'),
  field('below Int16', 'V013', 'small', '-32769'),
  field('above Int32', 'V013', 'plain', '2147483648'),
  field('below Int32', 'V013', 'plain', '-2147483649'),
  field('2^32 and 1, which its lower bits would make 1', 'V013', 'plain', '4294967297'),
  field('half in an integer', 'V014', 'long', '1.5'),
  field('a trifle in an integer', 'V014', 'plain', '1.00000000000000000001'),
  field('negative exponent in an integer', 'V014', 'plain', '1e-1'),
  field('too large for a single', 'V015', 'single', '1e39'),
  field('rounds to infinity as a single', 'V015', 'single', '3.4028235677973367e38'),
  field('too large for a double', 'V015', 'double', '1e400'),
  field('rounds to infinity as a double', 'V015', 'double', '-1.7976931348623159e308'),
  field('too many bytes in few characters', 'V016', 'title', `"${'🚂'.repeat(17)}"`),
  field('too many bytes by escapes', 'V016', 'title', `"${'\\u20ac'.repeat(22)}"`),
  // Together these two have as many numbers as two good vectors.
  field('vector one short', 'V017', 'vector', vectorOfLength(vectorDim - 1)),
  field('vector one long', 'V017', 'vector', vectorOfLength(vectorDim + 1)),
  field('vector twice as long', 'V017', 'vector', vectorOfLength(2 * vectorDim)),
  field('empty vector', 'V017', 'pair', '[]'),
  element('null in a vector', 'V018', 'vector', 15, vectorOf('null')),
  element('text in a vector', 'V018', 'vector', 14, vectorOf('"1"', '1')),
  element('true in a vector', 'V018', 'vector', 15, vectorOf('true')),
  element('list in a vector', 'V018', 'pair', 1, '[1, [2]]'),
  element('object in a vector', 'V018', 'pair', 0, '[{}, 2]'),
  element('vector element too large', 'V015', 'vector', 15, vectorOf('-1e39')),
  {
    name: 'vector inside a list',
    code: 'V018',
    path: '$.vector[0]',
    violations: 2,
    value: withTexts({ vector: `[${vectorOf('1')}]` }),
  },
  {
    name: 'three things at once',
    code: 'V012',
    path: '$.flag',
    violations: 3,
    value: withTexts({ flag: '0', tiny: '200', pair: '[1]' }),
  },
];
