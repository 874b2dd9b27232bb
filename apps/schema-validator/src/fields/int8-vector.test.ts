import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const of = (dim: number, isNullable = false) =>
  collection([id, field('vector', FieldType.INT8_VECTOR, { dim, isNullable })]);
const withVector = (text: string) => `{"id":1,"vector":${text}}`;
const base64 = (bytes: readonly number[]) => JSON.stringify(Buffer.from(Int8Array.from(bytes)).toString('base64'));

test.each([
  ['[1,2]', ['V017 $.vector']],
  ['[1,2,3,4]', ['V017 $.vector']],
  ['[1,128,-129]', ['V013 $.vector[1]', 'V013 $.vector[2]']],
  ['[1,300,3]', ['V013 $.vector[1]']],
  ['[1,0.5,3]', ['V014 $.vector[1]']],
  ['[1,"2",null]', ['V018 $.vector[1]', 'V018 $.vector[2]']],
  ['"AQID="', ['V012 $.vector']],
  ['"AQI"', ['V012 $.vector']],
  ['"AQJ="', ['V012 $.vector']],
  ['"-_8="', ['V012 $.vector']],
  ['"AQI="', ['V017 $.vector']],
  ['{"0":1}', ['V012 $.vector']],
  ['null', ['V011 $.vector']],
])('%s is refused', (text, expected) => {
  const encoder = encoderFor(of(3));
  expect(findings(encoder, withVector(text))).toEqual(expected);
  expect(encoder.rowCount).toBe(0);
});

test('property: lists and base64 arrive byte for byte, nulls too, however they are cut into batches', () => {
  const vectors = fc.integer({ min: 1, max: 9 }).chain((dim) =>
    fc
      .array(fc.option(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: dim, maxLength: dim })), {
        minLength: 1,
        maxLength: 12,
      })
      .map((rows) => ({ dim, rows })),
  );
  fc.assert(
    fc.property(vectors, fc.nat(12), ({ dim, rows }, cut) => {
      const encoder = encoderFor(of(dim, true));
      const batches: ReturnType<typeof encoder.take>[] = [];
      rows.forEach((row, index) => {
        const text = row === null ? 'null' : index % 2 ? base64(row).replaceAll('/', '\\/') : JSON.stringify(row);
        expect(findings(encoder, withVector(text))).toEqual([]);
        if (index === cut) batches.push(encoder.take());
      });
      const decoded = decodeRowsWithSdk(encodeUpsert([...batches, encoder.take()], rows.length));
      expect(decoded.map(({ vector }) => vector)).toEqual(rows);
    }),
    { numRuns: 500 },
  );
});

test('property: garbage never throws and never becomes a row unseen', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.base64String().map((text) => `"${text}"`),
      ),
      (text) => {
        const encoder = encoderFor(of(3));
        const { violations } = check(encoder, withVector(text));
        expect(encoder.rowCount).toBe(violations.length === 0 ? 1 : 0);
      },
    ),
    { numRuns: 1_000 },
  );
});
