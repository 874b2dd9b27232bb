import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const of = (dim: number, isNullable = false) =>
  collection([id, field('vector', FieldType.BINARY_VECTOR, { dim, isNullable })]);
const withVector = (text: string) => `{"id":1,"vector":${text}}`;

test.each([
  ['[1]', ['V017 $.vector']],
  ['[1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0]', ['V017 $.vector']],
  ['[256,-1]', ['V013 $.vector[0]', 'V013 $.vector[1]']],
  ['[1,0.5]', ['V014 $.vector[1]']],
  ['[true,"1"]', ['V018 $.vector[0]', 'V018 $.vector[1]']],
  ['"AQID"', ['V017 $.vector']],
  ['"0101"', ['V017 $.vector']],
  ['"[1,2]"', ['V012 $.vector']],
])('%s is refused', (text, expected) => {
  expect(findings(encoderFor(of(16)), withVector(text))).toEqual(expected);
});

test('property: lists and base64 arrive bit for bit, nulls too', () => {
  const vectors = fc.array(fc.option(fc.uint8Array({ minLength: 3, maxLength: 3 })), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(vectors, fc.boolean(), (rows, isText) => {
      const encoder = encoderFor(of(24, true));
      for (const row of rows) {
        const value = row && (isText ? Buffer.from(row).toString('base64') : [...row]);
        expect(findings(encoder, withVector(JSON.stringify(value)))).toEqual([]);
      }
      const decoded = decodeRowsWithSdk(encodeUpsert([encoder.take()], rows.length));
      expect(decoded.map(({ vector }) => vector)).toEqual(rows.map((row) => row && [...row]));
    }),
    { numRuns: 500 },
  );
});

test('property: garbage never throws and never becomes a row unseen', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      const encoder = encoderFor(of(16));
      const { violations } = check(encoder, withVector(text));
      expect(encoder.rowCount).toBe(violations.length === 0 ? 1 : 0);
    }),
    { numRuns: 1_000 },
  );
});
