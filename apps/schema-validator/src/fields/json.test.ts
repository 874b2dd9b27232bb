import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const documents = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('doc', FieldType.JSON),
  field('maybe', FieldType.JSON, { isNullable: true }),
]);
const withDoc = (text: string) => `{"id":1,"doc":${text}}`;

/** What Milvus gets for the field `doc`. */
function sent(text: string): unknown {
  const encoder = encoderFor(documents);
  expect(findings(encoder, withDoc(text))).toEqual([]);
  return decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))[0]?.doc;
}

test.each([
  '{}',
  '[]',
  '""',
  '0',
  'true',
  '123456789012345678901234567890.10e-2',
  '{ "a" :\t[1.0, 1E+2, -0], "\\u00e9é": null }',
  '{"__proto__":{"constructor":1}}',
])('%s keeps its text', (text) => {
  expect(sent(text)).toBe(text);
});

describe('bad values', () => {
  test('null is no value', () => {
    expect(findings(encoderFor(documents), withDoc('null'))).toEqual(['V011 $.doc']);
    expect(findings(encoderFor(documents), '{"id":1}')).toEqual(['V010 $.doc']);
  });

  test('65,536 bytes are taken, and not one more', () => {
    expect(sent(`"${'x'.repeat(65_534)}"`)).toHaveLength(65_536);
    const encoder = encoderFor(documents);
    expect(findings(encoder, withDoc(`"${'x'.repeat(65_535)}"`))).toEqual(['V040 $.doc']);
    // 32,768 characters of two bytes.
    expect(findings(encoder, withDoc(`"${'é'.repeat(32_768)}"`))).toEqual(['V040 $.doc']);
    expect(encoder.rowCount).toBe(0);
  });

  test('a key that occurs twice inside the value is refused with its path', () => {
    expect(findings(encoderFor(documents), withDoc('{"a":{"b":1,"b":2}}'))).toEqual(['V006 $.doc.a.b']);
  });
});
