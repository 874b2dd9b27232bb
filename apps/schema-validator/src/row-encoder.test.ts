import { FieldType, UnknownFields } from '@millrace/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { books, collection, field, goodBook } from './testing/collections.ts';
import { check, encoderFor, findings } from './testing/encode-rows.ts';
import { decodeColumns } from './testing/milvus-decoder.ts';

const scalars = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('flag', FieldType.BOOL),
  field('tiny', FieldType.INT8),
  field('small', FieldType.INT16),
  field('medium', FieldType.INT32),
  field('single', FieldType.FLOAT),
  field('double', FieldType.DOUBLE),
  field('text', FieldType.VARCHAR, { maxLength: 8 }),
  field('vector', FieldType.FLOAT_VECTOR, { dim: 3 }),
]);
const goodScalars = {
  id: '1',
  flag: 'true',
  tiny: '1',
  small: '1',
  medium: '1',
  single: '1',
  double: '1',
  text: '"x"',
  vector: '[1,2,3]',
};

/** A record with some members changed; undefined leaves one out. */
function record(changed: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries({ ...goodScalars, ...changed });
  return `{${members.flatMap(([name, value]) => (value === undefined ? [] : [`${JSON.stringify(name)}:${value}`])).join()}}`;
}

describe('the key of a refused record', () => {
  const keyOf = (encoder: ReturnType<typeof encoderFor>, text: string) => {
    check(encoder, text);
    return encoder.keyText();
  };

  test('is told as the record has it', () => {
    expect(keyOf(encoderFor(scalars), record({ id: '9223372036854775807', tiny: '300' }))).toBe('9223372036854775807');
  });

  test('is empty where the record has none or cannot be read, also behind one that had', () => {
    const encoder = encoderFor(scalars);
    expect(keyOf(encoder, record({ id: '5', tiny: '300' }))).toBe('5');
    expect(keyOf(encoder, record({ id: undefined }))).toBe('');
    expect(keyOf(encoder, '{"id": 6')).toBe('');
  });

  test('loses its quotes, and cannot steer a terminal', () => {
    const texts = collection([
      field('id', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 64 }),
      field('flag', FieldType.BOOL),
    ]);
    expect(keyOf(encoderFor(texts), '{"id": "a\u202eb", "flag": 1}')).toBe('a\\u{202e}b');
  });
});

describe('bad values', () => {
  test.each([
    ['id', '"12"', 'V012'],
    ['id', '12.5', 'V014'],
    ['id', '1e-1', 'V014'],
    ['id', '9223372036854775808', 'V013'],
    ['id', '-9223372036854775809', 'V013'],
    ['id', '1e400', 'V013'],
    ['id', 'true', 'V012'],
    ['id', 'null', 'V011'],
    ['id', undefined, 'V010'],
    ['flag', '"yes"', 'V012'],
    ['flag', '1', 'V012'],
    ['flag', '"true"', 'V012'],
    ['flag', 'null', 'V011'],
    ['tiny', '128', 'V013'],
    ['tiny', '-129', 'V013'],
    ['tiny', '300', 'V013'],
    ['small', '32768', 'V013'],
    ['small', '-32769', 'V013'],
    ['medium', '2147483648', 'V013'],
    ['medium', '-2147483649', 'V013'],
    ['medium', '"7x"', 'V012'],
    ['medium', '[1]', 'V012'],
    ['single', '3.5e38', 'V015'],
    ['single', '"1.5"', 'V012'],
    ['single', '"NaN"', 'V012'],
    ['single', '{}', 'V012'],
    ['double', '1e309', 'V015'],
    ['double', 'false', 'V012'],
    ['text', '12', 'V012'],
    ['text', '{"a":1}', 'V012'],
    ['text', '"123456789"', 'V016'],
    ['text', '"ééééé"', 'V016'],
    ['text', '"12345\\u20ac6"', 'V016'],
    ['text', 'null', 'V011'],
    ['vector', '[1,2]', 'V017'],
    ['vector', '[1,2,3,4]', 'V017'],
    ['vector', '[]', 'V017'],
    ['vector', '"[1,2,3]"', 'V012'],
    ['vector', '{"0":1}', 'V012'],
    ['vector', '12', 'V012'],
  ])('%s: %s is %s', (name, value, code) => {
    const encoder = encoderFor(scalars);
    expect(findings(encoder, record({ [name]: value }))).toEqual([`${code} $.${name}`]);
    expect(encoder.rowCount).toBe(0);
  });

  test.each([
    ['[1,null,3]', ['V018 $.vector[1]']],
    ['[1,"2",true]', ['V018 $.vector[1]', 'V018 $.vector[2]']],
    ['[[1,2,3]]', ['V018 $.vector[0]', 'V017 $.vector']],
    ['[1,1e39,-1e39]', ['V015 $.vector[1]', 'V015 $.vector[2]']],
    ['[{"a":[1,2]},"]",2]', ['V018 $.vector[0]', 'V018 $.vector[1]']],
  ])('in a vector: %s', (value, expected) => {
    expect(findings(encoderFor(scalars), record({ vector: value }))).toEqual(expected);
  });

  test('all of them are told at once, the listed ones limited and the rest counted', () => {
    const bad = record({ flag: '"yes"', tiny: '128', text: undefined, vector: '[1]', other: '1' });
    expect(findings(encoderFor(scalars), bad)).toEqual([
      'V012 $.flag',
      'V013 $.tiny',
      'V010 $.text',
      'V017 $.vector',
      'V019 $.other',
    ]);
    const { violations, omitted } = check(encoderFor(scalars), bad, 2);
    expect([violations.length, omitted]).toEqual([2, 3]);
  });

  test('each explains itself', () => {
    const encoder = encoderFor(books);
    const { violations } = check(encoder, '{"id":"1","title":"t","title_vector":[1,2,3]}');
    expect(violations).toEqual([
      {
        code: 'V012',
        path: '$.id',
        message: 'the value has the wrong type',
        expected: 'an integer from -9223372036854775808 to 9223372036854775807',
        found: 'string "1"',
        hint: 'send it without quotes; text is never converted',
      },
      {
        code: 'V017',
        path: '$.title_vector',
        message: 'vector has 3 numbers, the collection wants 4',
        expected: 'a list of 4 numbers',
        found: '3 numbers',
        hint: 'the producer probably cut the list or used another model',
      },
    ]);
  });

  test('what is shown of a value is short and cannot steer a terminal', () => {
    const { violations } = check(encoderFor(scalars), record({ id: `"\u202e${'x'.repeat(500)}"` }));
    expect(violations[0]?.found).toMatch(/^string "\\u\{202e\}x+…$/);
    expect(violations[0]?.found.length).toBe(80);
  });
});

describe('good values', () => {
  test.each([
    ['id', '9223372036854775807', 9223372036854775807n],
    ['id', '-9223372036854775808', -9223372036854775808n],
    ['id', '9007199254740993', 9007199254740993n],
    ['id', '1.0', 1n],
    ['id', '1e3', 1000n],
    ['id', '-0', 0n],
    ['tiny', '-128', -128],
    ['tiny', '127', 127],
    ['small', '-32768', -32768],
    ['medium', '-2147483648', -2147483648],
    ['medium', '2147483647', 2147483647],
    ['flag', 'false', false],
    ['single', '-0', -0],
    ['single', '1e-60', 0],
    ['single', '1.401298464324817e-45', 2 ** -149],
    ['double', '5e-324', 5e-324],
    ['text', '""', ''],
    ['text', '"éééé"', 'éééé'],
    ['text', '"\\ud83d\\ude00\\n\\u0000"', '😀\n\0'],
    ['text', '"\u{1f600}1234"', '😀1234'],
    ['vector', ' [ 1 ,\n2.5, -0e1 ] ', [1, 2.5, -0]],
  ])('%s: %s', (name, value, expected) => {
    const encoder = encoderFor(scalars);
    expect(findings(encoder, record({ [name]: value }))).toEqual([]);
    expect(decodeColumns([encoder.take()]).get(name)).toEqual([expected]);
  });
});

describe('null, default and missing', () => {
  const optional = collection([
    field('id', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 8 }),
    field('maybe', FieldType.INT32, { isNullable: true }),
    field('usual', FieldType.BOOL, { hasDefault: true }),
    field('vector', FieldType.FLOAT_VECTOR, { isNullable: true, dim: 2 }),
  ]);

  test('a nullable or defaulted field may be null or missing, and its column says so for each row', () => {
    const encoder = encoderFor(optional);
    expect(findings(encoder, '{"id":"a"}')).toEqual([]);
    expect(findings(encoder, '{"id":"b","maybe":-5,"usual":true,"vector":[1,2]}')).toEqual([]);
    expect(findings(encoder, '{"id":"c","maybe":null,"usual":null,"vector":null}')).toEqual([]);
    const columns = encoder.take();
    expect(columns.map(({ valid }) => [...valid])).toEqual([[], [0, 1, 0], [0, 1, 0], [0, 1, 0]]);
    const decoded = decodeColumns([columns]);
    expect(decoded.get('maybe')).toEqual([undefined, -5, undefined]);
    expect(decoded.get('vector')).toEqual([undefined, [1, 2], undefined]);
  });

  test('whether validity is present follows from the schema, not from the rows', () => {
    const encoder = encoderFor(optional);
    check(encoder, '{"id":"b","maybe":-5,"usual":true,"vector":[1,2]}');
    expect(encoder.take().map(({ valid }) => [...valid])).toEqual([[], [1], [1], [1]]);
  });

  test('a wrong value in a nullable field is still wrong', () => {
    expect(findings(encoderFor(optional), '{"id":"a","maybe":"x"}')).toEqual(['V012 $.maybe']);
  });
});

describe('fields that Milvus fills in', () => {
  const generated = collection([
    field('id', FieldType.INT64, { isPrimaryKey: true, isAutoId: true }),
    field('text', FieldType.VARCHAR, { maxLength: 8 }),
    field('sparse', 104 as FieldType, { isFunctionOutput: true }),
  ]);

  test('are not demanded and have no column', () => {
    const encoder = encoderFor(generated);
    expect(findings(encoder, '{"text":"x"}')).toEqual([]);
    expect(encoder.take().map(({ fieldName }) => fieldName)).toEqual(['text']);
  });

  test('cannot be sent, not even where unknown fields are ignored or dynamic', () => {
    for (const more of [{}, { hasDynamicField: true }]) {
      const encoder = encoderFor({ ...generated, ...more }, UnknownFields.IGNORE);
      expect(findings(encoder, '{"text":"x","id":5,"sparse":{}}')).toEqual(['V020 $.id', 'V020 $.sparse']);
    }
  });
});

describe('unknown fields', () => {
  test('are a violation that names what was probably meant', () => {
    const { violations } = check(encoderFor(books), goodBook(1).replace('"title"', '"titel"'));
    expect(violations.map(({ code, path, hint }) => [code, path, hint])).toEqual([
      ['V010', '$.title', 'add the field to the record, or make it nullable in the collection'],
      ['V019', '$.titel', 'did you mean `title`?'],
    ]);
  });

  test('are left out where the connector says so', () => {
    const encoder = encoderFor(books, UnknownFields.IGNORE);
    expect(findings(encoder, goodBook(1).replace('{', '{"a":{"b":[1]},'))).toEqual([]);
    expect(encoder.take()).toHaveLength(3);
  });

  test('get odd names in their path quoted, and prototype names are names like others', () => {
    const odd = goodBook(1).replace('{', `{"a b":1,"it's":2,"__proto__":3,"constructor":4,"":5,`);
    const paths = ["$['a b']", "$['it\\'s']", '$.__proto__', '$.constructor', "$['']"];
    expect(findings(encoderFor(books), odd)).toEqual(paths.map((path) => `V019 ${path}`));
  });

  describe('with a dynamic field', () => {
    const dynamic = { ...books, hasDynamicField: true };

    test('keep their text exactly', () => {
      const encoder = encoderFor(dynamic);
      const extra = '"n":123456789012345678901234567890.10,"\\u0061":"\\u0041é", "o" : { "x" : [1.0, 1e2] }';
      expect(findings(encoder, goodBook(1).replace('{', `{${extra},"__proto__":1,`))).toEqual([]);
      expect(findings(encoder, goodBook(2))).toEqual([]);
      const columns = encoder.take();
      expect(columns[3]).toMatchObject({ fieldName: '$meta', type: FieldType.JSON, isDynamic: true });
      expect(decodeColumns([columns]).get('$meta')).toEqual([
        '{"n":123456789012345678901234567890.10,"\\u0061":"\\u0041é","o":{ "x" : [1.0, 1e2] },"__proto__":1}',
        '{}',
      ]);
    });

    test('may take 65,536 bytes and not one more', () => {
      const encoder = encoderFor(dynamic);
      const withText = (bytes: number) => goodBook(1).replace('{', `{"x":"${'y'.repeat(bytes - 8)}",`);
      expect(findings(encoder, withText(65_536))).toEqual([]);
      expect(decodeColumns([encoder.take()]).get('$meta')?.[0]).toHaveLength(65_536);
      expect(findings(encoder, withText(65_537))).toEqual(['V021 $']);
    });

    test('cannot be called like the dynamic field itself', () => {
      expect(findings(encoderFor(dynamic), goodBook(1).replace('{', '{"$meta":{},'))).toEqual(["V022 $['$meta']"]);
    });

    test('an escaped spelling of a field is that field', () => {
      const encoder = encoderFor(dynamic);
      expect(findings(encoder, goodBook(5).replace('"id"', '"\\u0069d"'))).toEqual([]);
      expect(decodeColumns([encoder.take()]).get('id')).toEqual([5n]);
    });
  });
});

test('a bad row leaves no trace among its neighbours', () => {
  const encoder = encoderFor({ ...books, hasDynamicField: true });
  expect(findings(encoder, goodBook(1))).toEqual([]);
  expect(findings(encoder, '{"id":2,"title":"two","title_vector":[1,2,3,"x"],"more":1}')).toHaveLength(1);
  expect(findings(encoder, '{"id":2,"title":"two"')).toHaveLength(1);
  expect(findings(encoder, goodBook(3))).toEqual([]);
  expect(encoder.rowCount).toBe(2);
  expect(encoder.byteCount).toBe(1 + 9 + 16 + 4 + 16 + (1 + 9 + 16 + 4 + 16));
  const decoded = decodeColumns([encoder.take()]);
  expect(decoded.get('id')).toEqual([1n, 3n]);
  expect(decoded.get('title')).toEqual(['title 1', 'title 3']);
  expect(encoder.byteCount).toBe(0);
});

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const rows = fc.array(
  fc.record({
    id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    flag: fc.boolean(),
    tiny: fc.integer({ min: -128, max: 127 }),
    small: fc.integer({ min: -32_768, max: 32_767 }),
    medium: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    single: float,
    double: fc.double({ noNaN: true, noDefaultInfinity: true }),
    text: fc.string({ unit: 'binary', maxLength: 300 }),
    vector: fc.array(float, { minLength: 3, maxLength: 3 }),
    maybe: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined }),
    extra: fc.dictionary(fc.string({ minLength: 20 }), fc.jsonValue(), { maxKeys: 3 }),
  }),
  { minLength: 1, maxLength: 20 },
);

test('property: random rows come back from Milvus messages bit for bit, however they are cut into batches', () => {
  const base = scalars.fields.map((of) => (of.name === 'text' ? { ...of, maxLength: 2_000 } : of));
  const all = collection([...base, field('maybe', FieldType.INT64, { isNullable: true })], { hasDynamicField: true });
  const number = (value: number) => (Object.is(value, -0) ? '-0' : JSON.stringify(value));
  fc.assert(
    fc.property(rows, fc.nat(20), (given, cut) => {
      const encoder = encoderFor(all);
      const batches: ReturnType<typeof encoder.take>[] = [];
      given.forEach(({ extra, ...row }, index) => {
        const members = Object.entries(row).flatMap(([name, value]) => {
          if (value === undefined) return [];
          const text = Array.isArray(value)
            ? `[${value.map(number).join(', ')}]`
            : typeof value === 'bigint'
              ? `${value}`
              : typeof value === 'number'
                ? number(value)
                : JSON.stringify(value);
          return [`"${name}":${text}`];
        });
        members.push(
          ...Object.entries(extra).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
        );
        expect(findings(encoder, `{${members.join()}}`)).toEqual([]);
        if (index === cut) batches.push(encoder.take());
      });
      const decoded = decodeColumns([...batches, encoder.take()]);
      for (const name of [
        'id',
        'flag',
        'tiny',
        'small',
        'medium',
        'double',
        'single',
        'text',
        'vector',
        'maybe',
      ] as const) {
        expect(decoded.get(name)).toEqual(given.map((row) => row[name]));
      }
      const extras = decoded.get('$meta')?.map((text): unknown => JSON.parse(String(text)));
      expect(extras).toEqual(given.map(({ extra }) => JSON.parse(JSON.stringify(extra))));
    }),
    { numRuns: 200 },
  );
});
