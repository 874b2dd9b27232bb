import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { encoderFor, findings, laneFor, TestEncoder } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const maxLength = 8;
const maxCapacity = 3;
const array = (name: string, elementTypeCode: FieldType) =>
  field(name, FieldType.ARRAY, { elementTypeCode, maxCapacity, maxLength });
const all = collection(
  [
    field('key', FieldType.VARCHAR, { isPrimaryKey: true, maxLength }),
    field('text', FieldType.VARCHAR, { maxLength, isNullable: true }),
    field('int8', FieldType.INT8, { isNullable: true }),
    field('int16', FieldType.INT16, { isNullable: true }),
    field('int32', FieldType.INT32, { isNullable: true }),
    field('int64', FieldType.INT64, { isNullable: true }),
    field('float', FieldType.FLOAT, { isNullable: true }),
    field('double', FieldType.DOUBLE, { isNullable: true }),
    field('doc', FieldType.JSON, { isNullable: true }),
    ...(['VARCHAR', 'INT8', 'INT16', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BOOL'] as const).map((type) => ({
      ...array(`${type}s`, FieldType[type]),
      isNullable: true,
    })),
  ],
  { hasDynamicField: true },
);

const docOf = (bytes: number) => `{"x":"${'y'.repeat(bytes - 8)}"}`;
const digits = (count: number) => '9'.repeat(count);

/**
 * The last value on this side of every limit of Milvus, and the first on the other, with its violation. That Milvus has
 * these limits is shown by milvus-limits.test.ts of the inserter, on a real server.
 */
const limits: readonly (readonly [field: string, last: string, first: string, violation: string])[] = [
  ['key', '"12345678"', '"123456789"', 'V016 $.key'],
  ['text', '"12345678"', '"123456789"', 'V016 $.text'],
  ['text', '"éééé"', '"éééé1"', 'V016 $.text'],
  ['text', '"😀😀"', '"😀😀1"', 'V016 $.text'],
  ['text', '"\\ud83d\\ude00\\u20ac1"', '"\\ud83d\\ude00\\u20ac12"', 'V016 $.text'],
  ['text', '"1234567\\u0000"', '"12345678\\u0000"', 'V016 $.text'],
  ['int8', '127', '128', 'V013 $.int8'],
  ['int8', '-128', '-129', 'V013 $.int8'],
  ['int16', '32767', '32768', 'V013 $.int16'],
  ['int16', '-32768', '-32769', 'V013 $.int16'],
  ['int32', '2147483647', '2147483648', 'V013 $.int32'],
  ['int32', '-2147483648', '-2147483649', 'V013 $.int32'],
  ['int64', '9223372036854775807', '9223372036854775808', 'V013 $.int64'],
  ['int64', '-9223372036854775808', '-9223372036854775809', 'V013 $.int64'],
  ['int64', '9223372036854775807.0', '922337203685477580.75e1', 'V014 $.int64'],
  // Halfway from the largest float32 to 2^128, and just below it.
  ['float', '340282356779733661637539395458142568447', '340282356779733661637539395458142568448', 'V015 $.float'],
  ['float', '-3.4028235677973366e38', '-3.4028235677973367e38', 'V015 $.float'],
  ['double', '1.797693134862315807e308', '1.797693134862315808e308', 'V015 $.double'],
  ['doc', docOf(65_536), docOf(65_537), 'V040 $.doc'],
  ['doc', `[${' '.repeat(65_534)}]`, `[${' '.repeat(65_535)}]`, 'V040 $.doc'],
  ['doc', `"${'é'.repeat(32_767)}"`, `"${'é'.repeat(32_767)}1"`, 'V040 $.doc'],
  ['doc', '[{"a":["1e999",-1e308]}]', '[{"a":["1e999",-1e309]}]', 'V015 $.doc[0].a[1]'],
  ['doc', '1.797693134862315807e308', '1.797693134862315808e308', 'V015 $.doc'],
  ['doc', digits(308), digits(309), 'V015 $.doc'],
  ['VARCHARs', '["a","b","12345678"]', '["a","b","123456789"]', 'V016 $.VARCHARs[2]'],
  ['VARCHARs', '["a","b","c"]', '["a","b","c","d"]', 'V041 $.VARCHARs'],
  ['BOOLs', '[true,false,true]', '[true,false,true,false]', 'V041 $.BOOLs'],
  ['INT8s', '[127,-128]', '[127,128]', 'V013 $.INT8s[1]'],
  ['INT8s', '[127,-128]', '[-129]', 'V013 $.INT8s[0]'],
  ['INT16s', '[32767,-32768]', '[32768]', 'V013 $.INT16s[0]'],
  ['INT16s', '[32767,-32768]', '[-32769]', 'V013 $.INT16s[0]'],
  ['INT32s', '[2147483647,-2147483648]', '[2147483648]', 'V013 $.INT32s[0]'],
  ['INT64s', '[9223372036854775807,-9223372036854775808]', '[9223372036854775808]', 'V013 $.INT64s[0]'],
  ['FLOATs', '[3.4028235677973366e38]', '[3.4028235677973367e38]', 'V015 $.FLOATs[0]'],
  ['DOUBLEs', '[1e308]', '[1e309]', 'V015 $.DOUBLEs[0]'],
  ['other', docOf(65_536 - '{"other":}'.length), docOf(65_537 - '{"other":}'.length), 'V021 $'],
  ['other', '{"a":[1e308]}', '{"a":[1e309]}', 'V015 $.other.a[0]'],
  ['other', digits(308), digits(309), 'V015 $.other'],
  ['$Meta', '1', '1e309', "V015 $['$Meta']"],
];

const recordOf = (name: string, value: string) =>
  name === 'key' ? `{"key":${value}}` : `{"key":"k",${JSON.stringify(name)}:${value}}`;

describe('at a limit and one beyond', () => {
  test.each(limits)('%s: %j', (name, last, first, violation) => {
    const encoder = encoderFor(all);
    expect(findings(encoder, recordOf(name, last))).toEqual([]);
    expect(findings(encoder, recordOf(name, first))).toEqual([violation]);
    expect(encoder.rowCount).toBe(1);
  });
});

describe('the dynamic field', () => {
  const generated = collection(
    [
      field('id', FieldType.INT64, { isPrimaryKey: true, isAutoId: true }),
      field('text', FieldType.VARCHAR, { maxLength }),
      field('sparse', 104 as FieldType, { isFunctionOutput: true }),
    ],
    { hasDynamicField: true },
  );
  const metaOf = (record: string) => {
    const encoder = encoderFor(generated);
    expect(findings(encoder, record)).toEqual([]);
    return decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))[0]?.$meta;
  };

  test.each([
    ['{"text":"x","id":1}', 'V020 $.id'],
    ['{"text":"x","\\u0069d":1}', 'V020 $.id'],
    ['{"text":"x","sparse":{"1":2}}', 'V020 $.sparse'],
    ['{"text":"x","$meta":{"a":1}}', "V022 $['$meta']"],
    ['{"text":"x","\\u0024meta":1}', "V022 $['$meta']"],
    ['{"text":"x","a":{"b":1,"b":2}}', 'V006 $.a.b'],
    ['{"text":"x","a":[[{"__proto__":1,"__proto__":2}]]}', 'V006 $.a[0][0].__proto__'],
    ['{"text":"x","a":1,"\\u0061":1}', 'V006 $.a'],
  ])('%s is refused', (record, violation) => {
    expect(findings(encoderFor(generated), record)).toEqual([violation]);
  });

  test('tells what is wrong inside a member by the name that the record has', () => {
    const renames = [{ from: 'old', to: 'new' }];
    const encoder = new TestEncoder(laneFor(generated, { recordOptions: { renames } }));
    expect(findings(encoder, '{"text":"x","old":[{"a":1e309}]}')).toEqual(['V015 $.old[0].a']);
  });

  test('is an empty object where a record has no other members', () => {
    expect(metaOf('{"text":"x"}')).toBe('{}');
  });

  test.each(['ID', 'id ', 'Text', '$Meta', '__proto__', 'a.b', 'a[0]', '\\u0000', ''])(
    'takes the key %j, which is no name of a field',
    (key) => {
      expect(metaOf(`{"text":"x","${key}":{"id":1,"$meta":2}}`)).toBe(`{"${key}":{"id":1,"$meta":2}}`);
    },
  );
});

test('a partition key with a default may be null, one without may not', () => {
  const keyed = (more: object) =>
    collection([
      field('id', FieldType.INT64, { isPrimaryKey: true }),
      field('tenant', FieldType.VARCHAR, { maxLength, isPartitionKey: true, ...more }),
    ]);
  expect(findings(encoderFor(keyed({})), '{"id":1,"tenant":null}')).toEqual(['V011 $.tenant']);
  expect(findings(encoderFor(keyed({})), '{"id":1}')).toEqual(['V010 $.tenant']);
  expect(findings(encoderFor(keyed({ hasDefault: true })), '{"id":1,"tenant":null}')).toEqual([]);
});

test.each(['', 'é\u0301', 'a\0b', '"; drop'])('the primary key %j is kept as it is', (key) => {
  const encoder = encoderFor(all);
  expect(findings(encoder, recordOf('key', JSON.stringify(key)))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))[0]?.key).toBe(key);
});
