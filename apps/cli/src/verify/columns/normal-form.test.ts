import { FieldType } from '@millrace/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalForm } from './normal-form.ts';
import { normalGeometry } from './normal-geometry.ts';
import { normalJson } from './normal-json.ts';
import { normalMoment } from './normal-moment.ts';

const form = (type: FieldType, element: Buffer, elementType: FieldType = FieldType.UNSPECIFIED) =>
  normalForm(element, { type, elementType });
const differ = (a: string, b: string) => expect(a).not.toBe(b);

describe('JSON', () => {
  test('is the same whatever its blanks, the order of its keys and the spelling of its strings and numbers', () => {
    expect(normalJson('{"b": 1.0, "a": ["\\u00e9", 1e3, 2.50]}')).toBe(normalJson('{"a":["é",1000,2.5],"b":1}'));
    expect(normalJson('-0')).toBe(normalJson('0.0'));
  });

  test('keeps every digit of an integer, and the double of every other number', () => {
    differ(normalJson('9007199254740993'), normalJson('9007199254740992'));
    differ(normalJson('{"a":123456789012345678901234567890}'), normalJson('{"a":123456789012345678901234567891}'));
    expect(normalJson('9007199254740993.10')).toBe(normalJson('9007199254740994.0'));
  });

  test('tells values of other kinds apart', () => {
    const texts = [
      '1',
      '"1"',
      'true',
      'null',
      '[1]',
      '{"1":1}',
      '[]',
      '{}',
      '""',
      '"a"',
      '"A"',
      '["a","b"]',
      '["b","a"]',
    ];
    expect(new Set(texts.map(normalJson)).size).toBe(texts.length);
  });

  test('reads any value that JSON.stringify writes as the one it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(normalJson(JSON.stringify(value, null, 2)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('has members with the names of what every object inherits', () => {
    expect(normalJson('{"__proto__": 1, "constructor": {"toString": 2}}')).toBe(
      '{"__proto__":1,"constructor":{"toString":2}}',
    );
  });

  test('stays as it is where it is none', () => {
    differ(normalJson('{'), normalJson('{{'));
  });
});

describe('Geometry', () => {
  test('is the same whatever its blanks, capitals and decimals', () => {
    expect(normalGeometry('polygon((0 0, 1.50 0,1 1e0 , 0.0 -0))')).toBe(
      normalGeometry('POLYGON ((0 0, 1.5 0, 1 1, 0 0))'),
    );
    expect(normalGeometry('POINT EMPTY')).toBe(normalGeometry('Point empty'));
  });

  test('has points of a MULTIPOINT with or without parentheses, and only there', () => {
    expect(normalGeometry('MULTIPOINT ((1 2), (3 4))')).toBe(normalGeometry('MULTIPOINT (1 2, 3 4)'));
    expect(normalGeometry('GEOMETRYCOLLECTION (MULTIPOINT ((1 2)), POINT (1 2))')).toBe(
      normalGeometry('GEOMETRYCOLLECTION(MULTIPOINT(1 2),POINT(1 2))'),
    );
    differ(
      normalGeometry('GEOMETRYCOLLECTION (MULTIPOINT (1 2), LINESTRING (1 2, 3 4))'),
      normalGeometry('GEOMETRYCOLLECTION (MULTIPOINT (1 2), LINESTRING 1 2, 3 4)'),
    );
  });

  test('tells other geometries apart', () => {
    const texts = [
      'POINT (1 2)',
      'POINT (2 1)',
      'LINESTRING (1 2, 3 4)',
      'MULTIPOINT (1 2, 3 4)',
      'POINT (1 2.0000001)',
    ];
    expect(new Set(texts.map(normalGeometry)).size).toBe(texts.length);
  });
});

describe('Timestamptz', () => {
  test('is the moment, whatever the zone and the digits that it is written with', () => {
    expect(normalMoment('2024-02-29T12:34:56.123456+05:30')).toBe(normalMoment('2024-02-29T07:04:56.123456Z'));
    expect(normalMoment('1969-12-31T23:59:59.9Z')).toBe('-100000');
    expect(normalMoment('0001-01-01T00:00:00-00:00')).toBe('-62135596800000000');
    expect(normalMoment('2024-01-01T00:00:00.5Z')).toBe(normalMoment('2023-12-31 12:00:00.500000000-12:00'));
  });

  test('has all its microseconds', () => {
    differ(normalMoment('2024-01-01T00:00:00.000001Z'), normalMoment('2024-01-01T00:00:00Z'));
  });

  test('stays as it is where it is none', () => {
    differ(normalMoment('yesterday'), normalMoment('today'));
  });
});

describe('sparse vectors', () => {
  const sparse = (...pairs: readonly (readonly [number, number])[]) => {
    const bytes = Buffer.alloc(8 * pairs.length);
    for (const [at, [index, value]] of pairs.entries()) {
      bytes.writeUInt32LE(index, 8 * at);
      bytes.writeFloatLE(value, 8 * at + 4);
    }
    return form(FieldType.SPARSE_FLOAT_VECTOR, bytes);
  };

  test('are the same with and without entries that are zero', () => {
    expect(sparse([1, 0.5], [7, 0])).toBe(sparse([1, 0.5]));
    expect(sparse([3, 0])).toBe(sparse());
  });

  test('differ by index and by the bits of a value', () => {
    differ(sparse([1, 0.5]), sparse([2, 0.5]));
    differ(sparse([1, 0.5]), sparse([1, 0.50000006]));
  });
});

test('numbers and vectors differ by a single bit, and by the sign of a zero', () => {
  const float = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return bytes;
  };
  for (const type of [FieldType.FLOAT, FieldType.FLOAT_VECTOR]) {
    expect(form(type, float(0.1))).toBe(form(type, float(Math.fround(0.1))));
    differ(form(type, float(0.1)), form(type, float(0.10000001)));
    differ(form(type, float(0)), form(type, float(-0)));
  }
});

test('integers are compared by value over all of 64 bits', () => {
  const negative = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  expect(form(FieldType.INT64, negative)).toBe('-1');
  expect(form(FieldType.INT8, Buffer.from([0x7f]))).toBe('127');
  const greatest = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
  expect(form(FieldType.INT64, greatest)).toBe('9223372036854775807');
});
