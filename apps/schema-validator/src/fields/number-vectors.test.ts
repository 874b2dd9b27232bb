import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const of = (type: FieldType, dim = 2) => collection([id, field('v', type, { dim })]);
const withVector = (text: string) => `{"id":1,"v":${text}}`;
const base64 = (...bytes: readonly number[]) => JSON.stringify(Buffer.from(bytes).toString('base64'));

test.each([
  [FieldType.FLOAT_VECTOR, base64(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80), [1, -0]],
  [FieldType.FLOAT_VECTOR, base64(1, 0, 0, 0, 0xff, 0xff, 0x7f, 0xff), [2 ** -149, -3.4028234663852886e38]],
  [FieldType.FLOAT16_VECTOR, base64(0, 0x3c, 0, 0x80), [1, -0]],
  [FieldType.FLOAT16_VECTOR, base64(1, 0, 0xff, 0xfb), [2 ** -24, -65504]],
  [FieldType.FLOAT16_VECTOR, '[65519.99999999999999999999, -0.1]', [65504, -0.0999755859375]],
  [FieldType.BFLOAT16_VECTOR, base64(0x80, 0x3f, 0, 0x80), [1, -0]],
  [FieldType.BFLOAT16_VECTOR, base64(1, 0, 0x7f, 0xff), [2 ** -133, -3.3895313892515355e38]],
  [FieldType.BFLOAT16_VECTOR, '[1.00390625, 1.01171875]', [1, 1.015625]],
] as const)('a vector of type %s takes %s', (type, text, numbers) => {
  const encoder = encoderFor(of(type));
  expect(findings(encoder, withVector(text))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))[0]?.v).toEqual(numbers);
});

test.each([
  [FieldType.FLOAT_VECTOR, base64(0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0xff), ['V046 $.v[0]', 'V046 $.v[1]']],
  [FieldType.FLOAT16_VECTOR, base64(0, 0x7c, 0, 0x3c), ['V046 $.v[0]']],
  [FieldType.FLOAT16_VECTOR, base64(0, 0x3c, 1, 0xfc), ['V046 $.v[1]']],
  [FieldType.FLOAT16_VECTOR, '[65520, -65520]', ['V015 $.v[0]', 'V015 $.v[1]']],
  [FieldType.FLOAT16_VECTOR, '[1e400, true]', ['V015 $.v[0]', 'V018 $.v[1]']],
  [FieldType.FLOAT16_VECTOR, '[1]', ['V017 $.v']],
  [FieldType.FLOAT16_VECTOR, '"AAAA"', ['V017 $.v']],
  [FieldType.FLOAT16_VECTOR, '"AAAAAA="', ['V012 $.v']],
  [FieldType.FLOAT16_VECTOR, '"AAAAAB=="', ['V012 $.v']],
  [FieldType.FLOAT16_VECTOR, '{"0":1}', ['V012 $.v']],
  [FieldType.BFLOAT16_VECTOR, base64(0x80, 0x7f, 0x81, 0xff), ['V046 $.v[0]', 'V046 $.v[1]']],
  [FieldType.BFLOAT16_VECTOR, '[3.4e38, 1]', ['V015 $.v[0]']],
  [FieldType.BFLOAT16_VECTOR, '[1,2,3]', ['V017 $.v']],
] as const)('a vector of type %s refuses %s', (type, text, expected) => {
  const encoder = encoderFor(of(type));
  expect(findings(encoder, withVector(text))).toEqual(expected);
  expect(encoder.rowCount).toBe(0);
});

test('what is not finite is shown', () => {
  const { violations } = check(
    encoderFor(of(FieldType.FLOAT16_VECTOR, 3)),
    withVector(base64(0, 0x7c, 0, 0xfc, 1, 0x7c)),
  );
  expect(violations.map(({ found }) => found)).toEqual(['Infinity', '-Infinity', 'NaN']);
});

test.each([
  [FieldType.FLOAT_VECTOR, 4, 'vector has 4 bytes, the collection wants 8: 2 numbers of 4 bytes (float32)'],
  [FieldType.FLOAT16_VECTOR, 8, 'vector has 8 bytes, the collection wants 4: 2 numbers of 2 bytes (float16)'],
  [FieldType.BFLOAT16_VECTOR, 8, 'vector has 8 bytes, the collection wants 4: 2 numbers of 2 bytes (bfloat16)'],
  [FieldType.INT8_VECTOR, 8, 'vector has 8 bytes, the collection wants 2'],
] as const)('base64 for another width is explained in bytes: type %s, %i bytes', (type, bytes, message) => {
  const text = withVector(base64(...new Uint8Array(bytes)));
  expect(check(encoderFor(of(type)), text).violations).toMatchObject([{ code: 'V017', message }]);
});

test('base64 of as many numbers of another width says which it seems to be, and what to do', () => {
  const hintOf = (bytes: number) =>
    check(encoderFor(of(FieldType.FLOAT16_VECTOR, 3)), withVector(base64(...new Uint8Array(bytes)))).violations[0]
      ?.hint;
  expect(hintOf(12)).toBe('these are as many numbers of 4 bytes each; encode them as float16, little-endian');
  expect(hintOf(4)).toBe('the producer probably cut the list or used another model');
});
