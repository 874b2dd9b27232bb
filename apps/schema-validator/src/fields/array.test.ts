import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { planCollection } from '../plan.ts';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const arrayOf = (elementTypeCode: number, maxCapacity = 4) =>
  field('tags', FieldType.ARRAY, { elementTypeCode, maxCapacity, maxLength: 5, typeName: 'Array' });
const withTags = (text: string) => `{"id":1,"tags":${text}}`;
const encoderOf = (type: FieldType) => encoderFor(collection([id, arrayOf(type)]));

describe('good values', () => {
  test.each([
    [FieldType.BOOL, '[true, false]', [true, false]],
    [FieldType.INT8, ' [ -128 ,\n127 ] ', [-128, 127]],
    [FieldType.INT16, '[-32768,32767]', [-32_768, 32_767]],
    [FieldType.INT32, '[1e3, -0, 2147483647]', [1000, 0, 2_147_483_647]],
    [FieldType.INT64, '[9223372036854775807, -1]', [2n ** 63n - 1n, -1n]],
    [FieldType.FLOAT, '[0.1, -0]', [Math.fround(0.1), -0]],
    [FieldType.DOUBLE, '[5e-324]', [5e-324]],
    [FieldType.VARCHAR, '["", "a]", "\\"\\u00e9", "é,é"]', ['', 'a]', '"é', 'é,é']],
    ...[FieldType.BOOL, FieldType.INT8, FieldType.INT64, FieldType.FLOAT, FieldType.DOUBLE, FieldType.VARCHAR].map(
      (type) => [type, '[ ]', []] as const,
    ),
  ] as const)('elements of type %s: %s', (type, text, values) => {
    const encoder = encoderOf(type);
    expect(findings(encoder, withTags(text))).toEqual([]);
    const columns = encoder.take();
    expect(columns[1]?.elementType).toBe(type);
    expect(decodeRowsWithSdk(encodeUpsert([columns], 1))[0]?.tags).toEqual(values);
  });
});

describe('bad values', () => {
  test.each([
    [FieldType.INT8, '[1,300]', ['V013 $.tags[1]']],
    [FieldType.INT8, '[1.5,"2",null,4]', ['V014 $.tags[0]', 'V012 $.tags[1]', 'V042 $.tags[2]']],
    [FieldType.INT64, '[9223372036854775808]', ['V013 $.tags[0]']],
    [FieldType.BOOL, '[1]', ['V012 $.tags[0]']],
    [FieldType.FLOAT, '[1e39]', ['V015 $.tags[0]']],
    [FieldType.VARCHAR, '["ok","123456","ééé"]', ['V016 $.tags[1]', 'V016 $.tags[2]']],
    [FieldType.VARCHAR, '[["a"],{}]', ['V012 $.tags[0]', 'V012 $.tags[1]']],
    [FieldType.VARCHAR, '["a","a","a","a","a"]', ['V041 $.tags']],
    [FieldType.INT8, '[1,2,3,4,"x",null]', ['V042 $.tags[5]', 'V041 $.tags']],
    [FieldType.INT8, '"[1,2]"', ['V012 $.tags']],
    [FieldType.INT8, '{"0":1}', ['V012 $.tags']],
    [FieldType.INT8, 'null', ['V011 $.tags']],
  ])('elements of type %s: %s', (type, text, expected) => {
    const encoder = encoderOf(type);
    expect(findings(encoder, withTags(text))).toEqual(expected);
    expect(encoder.rowCount).toBe(0);
    expect(findings(encoder, withTags('[]'))).toEqual([]);
    expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))).toEqual([{ id: 1n, tags: [] }]);
  });

  test('say what the collection wants', () => {
    const { violations } = check(encoderOf(FieldType.VARCHAR), withTags('7'));
    expect(violations[0]?.expected).toBe('a list of at most 4 values, each a string of at most 5 bytes (UTF-8)');
  });
});

test('a collection with arrays of another type is refused by name', () => {
  expect(planCollection(collection([id, arrayOf(FieldType.JSON)]), 0)).toMatchObject({
    failure: { code: 'V101', message: expect.stringContaining('`tags` (Array of type 23)') },
  });
});
