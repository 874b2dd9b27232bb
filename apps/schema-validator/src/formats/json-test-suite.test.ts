import { describe, expect, test } from 'vitest';
import { Report } from '../report.ts';
import { invalidCases, openCases, validCases } from '../testing/json-test-suite/cases.ts';
import { json } from './json.ts';

function violationsOf(bytes: Buffer) {
  const report = new Report(20);
  json.newReader({ depthMax: 64, keysMax: 1_000 }).read(bytes, report);
  return report.take().violations;
}

const codesOf = (bytes: Buffer) => violationsOf(bytes).map(({ code }) => code);

test('the suite is whole', () => {
  expect([validCases.length, invalidCases.length, openCases.length]).toEqual([95, 188, 35]);
});

describe('y: what must be accepted is, but for a top level that is no object and for duplicate keys', () => {
  const duplicates = ['object_duplicated_key', 'object_duplicated_key_and_value'];
  test.each(validCases)('$name', ({ name, bytes }) => {
    const isObject = bytes.toString().trimStart().startsWith('{');
    const expected = duplicates.includes(name) ? ['V006'] : isObject ? [] : ['V007'];
    expect(codesOf(bytes)).toEqual(expected);
  });
});

describe('n: what must be refused is, at or before the first byte that nothing valid has there', () => {
  test.each(invalidCases)('$name', ({ bytes }) => {
    const [violation, ...more] = violationsOf(bytes);
    expect(more).toEqual([]);
    expect(['V001', 'V002', 'V003', 'V005']).toContain(violation?.code);
    const isAtStart = violation?.code === 'V003' || bytes.length === 0;
    const at = isAtStart ? 0 : Number(/byte (\d+) /.exec(violation?.message ?? '')?.[1]);
    expect(canBegin(bytes.subarray(0, at))).toBe(true);
    // Nor is the position far too early: what begins there, no longer than two escapes, is what is wrong.
    if (violation?.code !== 'V005') expect(canBegin(bytes.subarray(0, at + 12))).toBe(canBegin(bytes));
  });
});

describe('i: what is left open is refused where it could only lose data', () => {
  test.each(openCases)('$name', ({ name, bytes }) => {
    expect(codesOf(bytes).join(' ')).toBe(openExpectations[name]);
  });

  test('nothing else is expected', () => {
    expect(Object.keys(openExpectations).sort()).toEqual(openCases.map(({ name }) => name).sort());
  });
});

/**
 * The reader has no limits for numbers; the types of the fields have. Half surrogate pairs, other encodings than UTF-8,
 * byte order marks and 500 levels are refused. A top level that is no object is told besides.
 */
const openExpectations: Readonly<Record<string, string>> = {
  number_double_huge_neg_exp: 'V007',
  number_huge_exp: 'V007',
  number_neg_int_huge_exp: 'V007',
  number_pos_double_huge_exp: 'V007',
  number_real_neg_overflow: 'V007',
  number_real_pos_overflow: 'V007',
  number_real_underflow: 'V007',
  number_too_big_neg_int: 'V007',
  number_too_big_pos_int: 'V007',
  number_very_big_negative_int: 'V007',
  object_key_lone_2nd_surrogate: 'V004',
  string_1st_surrogate_but_2nd_missing: 'V004 V007',
  string_1st_valid_surrogate_2nd_invalid: 'V004 V007',
  'string_UTF-16LE_with_BOM': 'V002',
  'string_UTF-8_invalid_sequence': 'V002',
  'string_UTF8_surrogate_U+D800': 'V002',
  string_incomplete_surrogate_and_escape_valid: 'V004 V007',
  string_incomplete_surrogate_pair: 'V004 V007',
  string_incomplete_surrogates_escape_valid: 'V004 V004 V007',
  string_invalid_lonely_surrogate: 'V004 V007',
  string_invalid_surrogate: 'V004 V007',
  'string_invalid_utf-8': 'V002',
  'string_inverted_surrogates_U+1D11E': 'V004 V004 V007',
  string_iso_latin_1: 'V002',
  string_lone_second_surrogate: 'V004 V007',
  string_lone_utf8_continuation_byte: 'V002',
  string_not_in_unicode_range: 'V002',
  string_overlong_sequence_2_bytes: 'V002',
  string_overlong_sequence_6_bytes: 'V002',
  string_overlong_sequence_6_bytes_null: 'V002',
  'string_truncated-utf-8': 'V002',
  string_utf16BE_no_BOM: 'V001',
  string_utf16LE_no_BOM: 'V001',
  structure_500_nested_arrays: 'V005',
  'structure_UTF-8_BOM_empty_object': 'V003',
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether a valid document could begin with these bytes, by the engine's own reader: it misses only an end. */
function canBegin(bytes: Buffer): boolean {
  let text = '';
  try {
    text = decoder.decode(bytes);
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = String(error);
    const at = / at position (\d+)/.exec(message)?.[1];
    return error instanceof SyntaxError && (message.includes('end of JSON input') || Number(at) === text.length);
  }
}
