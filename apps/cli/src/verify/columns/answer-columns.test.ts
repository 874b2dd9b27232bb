import { Column, FieldType } from '@millrace/contracts';
import { QueryResults, UpsertRequest } from '@millrace/contracts/milvus';
import { describe, expect, test } from 'vitest';
import { answerColumns, answerRowCount } from './answer-columns.ts';
import { normalDefault } from './default-value.ts';
import { rowColumn } from './row-columns.ts';

type FieldData = UpsertRequest['fieldsData'][number];
type Field = NonNullable<FieldData['field']>;
type Scalars = NonNullable<Extract<Field, { $case: 'scalars' }>['value']['data']>;
type Vectors = NonNullable<Extract<Field, { $case: 'vectors' }>['value']['data']>;

/** Fields as Milvus writes them into an answer: field data has one form in requests and answers. */
function answerOf(...fieldsData: readonly FieldData[]) {
  // The list is field 5 of an Upsert and field 2 of an answer.
  const bytes = Buffer.from(UpsertRequest.encode({ ...UpsertRequest.create(), fieldsData }).finish());
  for (let at = 0; at < bytes.length; ) {
    bytes[at] = 0x12;
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[++at] ?? 0;
      length |= (byte & 0x7f) << shift;
      more = byte >= 0x80;
    }
    at += 1 + length;
  }
  return QueryResults.decode(bytes).fieldsData;
}

const data = (type: FieldType, field: Field, validData: readonly boolean[] = []): FieldData => ({
  type,
  fieldName: 'f',
  field,
  isDynamic: false,
  validData,
});
const scalars = (value: Scalars): Field => ({ $case: 'scalars', value: { data: value } });
const vectors = (dim: bigint, value: Vectors): Field => ({ $case: 'vectors', value: { dim, data: value } });
const floats = (...values: number[]) => Buffer.from(new Float32Array(values).buffer);
const tagged = (...bodies: (string | Buffer)[]) =>
  Buffer.concat(bodies.map((body) => Buffer.from([0x0a, Buffer.from(body).length, ...Buffer.from(body)])));

const column = (type: FieldType, elements: Buffer | readonly number[], more: Partial<Column> = {}) => ({
  ...Column.create({ fieldName: 'f', type, elements: Buffer.from(elements) }),
  ...more,
});

/** What the validator writes and what Milvus answers, of the same two rows. */
const pairsByType: readonly (readonly [name: string, written: Column, answered: FieldData])[] = [
  [
    'Bool',
    column(FieldType.BOOL, [1, 0]),
    data(FieldType.BOOL, scalars({ $case: 'boolData', value: { data: [true, false] } })),
  ],
  [
    'Int8',
    column(FieldType.INT8, [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 5]),
    data(FieldType.INT8, scalars({ $case: 'intData', value: { data: [-3, 5] } })),
  ],
  [
    'Int64',
    column(FieldType.INT64, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]),
    data(FieldType.INT64, scalars({ $case: 'longData', value: { data: [2n ** 63n - 1n, 0n] } })),
  ],
  [
    'Float',
    column(FieldType.FLOAT, floats(0.1, -0)),
    data(FieldType.FLOAT, scalars({ $case: 'floatData', value: { data: [Math.fround(0.1), -0] } })),
  ],
  [
    'Double',
    column(FieldType.DOUBLE, Buffer.from(new Float64Array([0.1, 5e-324]).buffer)),
    data(FieldType.DOUBLE, scalars({ $case: 'doubleData', value: { data: [0.1, 5e-324] } })),
  ],
  [
    'VarChar',
    column(FieldType.VARCHAR, tagged('é\0', '')),
    data(FieldType.VARCHAR, scalars({ $case: 'stringData', value: { data: ['é\0', ''] } })),
  ],
  [
    'JSON',
    column(FieldType.JSON, tagged('{"b": 1, "a": 2.0}', '[]')),
    data(
      FieldType.JSON,
      scalars({ $case: 'jsonData', value: { data: [Buffer.from('{"a":2,"b":1}'), Buffer.from('[ ]')] } }),
    ),
  ],
  [
    'Timestamptz',
    column(FieldType.TIMESTAMPTZ, tagged('2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00.5Z')),
    data(
      FieldType.TIMESTAMPTZ,
      scalars({ $case: 'stringData', value: { data: ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.500000Z'] } }),
    ),
  ],
  [
    'Geometry',
    column(FieldType.GEOMETRY, tagged('point(1 2)', 'POINT EMPTY')),
    data(FieldType.GEOMETRY, scalars({ $case: 'geometryWktData', value: { data: ['POINT (1 2)', 'POINT EMPTY'] } })),
  ],
  [
    'Array of Int64, one of them empty, which Milvus answers without a member',
    column(FieldType.ARRAY, tagged(Buffer.from([0x1a, 4, 0x0a, 2, 1, 2]), Buffer.from([0x1a, 0])), {
      elementType: FieldType.INT64,
    }),
    data(
      FieldType.ARRAY,
      scalars({
        $case: 'arrayData',
        value: {
          data: [{ data: { $case: 'longData', value: { data: [1n, 2n] } } }, { data: undefined }],
          elementType: FieldType.INT64,
        },
      }),
    ),
  ],
  [
    'Array of VarChar',
    column(FieldType.ARRAY, tagged(Buffer.from([0x32, 6, ...tagged('ab'), ...tagged('')]), Buffer.from([0x32, 0])), {
      elementType: FieldType.VARCHAR,
    }),
    data(
      FieldType.ARRAY,
      scalars({
        $case: 'arrayData',
        value: {
          data: [
            { data: { $case: 'stringData', value: { data: ['ab', ''] } } },
            { data: { $case: 'stringData', value: { data: [] } } },
          ],
          elementType: FieldType.VARCHAR,
        },
      }),
    ),
  ],
  [
    'FloatVector',
    column(FieldType.FLOAT_VECTOR, floats(1, -0, 3, 4), { dim: 2 }),
    data(FieldType.FLOAT_VECTOR, vectors(2n, { $case: 'floatVector', value: { data: [1, -0, 3, 4] } })),
  ],
  [
    'BinaryVector',
    column(FieldType.BINARY_VECTOR, [1, 2], { dim: 8 }),
    data(FieldType.BINARY_VECTOR, vectors(8n, { $case: 'binaryVector', value: Buffer.from([1, 2]) })),
  ],
  [
    'Float16Vector',
    column(FieldType.FLOAT16_VECTOR, [1, 2, 3, 4], { dim: 1 }),
    data(FieldType.FLOAT16_VECTOR, vectors(1n, { $case: 'float16Vector', value: Buffer.from([1, 2, 3, 4]) })),
  ],
  [
    'BFloat16Vector',
    column(FieldType.BFLOAT16_VECTOR, [1, 2, 3, 4], { dim: 1 }),
    data(FieldType.BFLOAT16_VECTOR, vectors(1n, { $case: 'bfloat16Vector', value: Buffer.from([1, 2, 3, 4]) })),
  ],
  [
    'Int8Vector',
    column(FieldType.INT8_VECTOR, [1, 255], { dim: 1 }),
    data(FieldType.INT8_VECTOR, vectors(1n, { $case: 'int8Vector', value: Buffer.from([1, 255]) })),
  ],
  [
    'SparseFloatVector, one without its zero',
    column(FieldType.SPARSE_FLOAT_VECTOR, tagged(Buffer.alloc(8), Buffer.from([1, 0, 0, 0, ...floats(0.5)])), {
      dim: 2,
    }),
    data(
      FieldType.SPARSE_FLOAT_VECTOR,
      vectors(0n, {
        $case: 'sparseFloatVector',
        value: { contents: [Buffer.alloc(0), Buffer.from([1, 0, 0, 0, ...floats(0.5)])], dim: 2n },
      }),
    ),
  ],
];

test.each(pairsByType)('%s is the same in a column and in an answer', (_name, written, answered) => {
  const [answer] = answerColumns(answerOf(answered), 2);
  const expected = rowColumn(written, 2);
  expect(answer).toEqual(expected);
  expect(new Set(expected.values).size).toBe(2);
});

test('an Array of Struct is the same in its columns and in an answer, by either name of its members', () => {
  const members: Column[] = [
    column(FieldType.ARRAY, tagged(Buffer.from([0x1a, 4, 0x0a, 2, 1, 2]), Buffer.from([0x1a, 0])), {
      fieldName: 'n',
      structName: 's',
      elementType: FieldType.INT64,
    }),
    column(
      FieldType.ARRAY_OF_VECTOR,
      [0x12, 14, 0x08, 1, 0x12, 10, 0x0a, 8, ...floats(1, 2), 0x12, 6, 0x08, 1, 0x12, 2, 0x0a, 0],
      { fieldName: 'v', structName: 's', elementType: FieldType.FLOAT_VECTOR, dim: 1 },
    ),
  ];
  const vectorOf = (...list: number[]) => ({
    dim: 1n,
    data: { $case: 'floatVector' as const, value: { data: list } },
  });
  const fields: FieldData[] = [
    {
      ...data(
        FieldType.ARRAY,
        scalars({
          $case: 'arrayData',
          value: {
            data: [{ data: { $case: 'longData', value: { data: [1n, 2n] } } }, { data: undefined }],
            elementType: FieldType.INT64,
          },
        }),
      ),
      fieldName: 'n',
    },
    {
      ...data(
        FieldType.ARRAY_OF_VECTOR,
        vectors(1n, {
          $case: 'vectorArray',
          value: { dim: 1n, data: [vectorOf(1, 2), vectorOf()], elementType: FieldType.FLOAT_VECTOR },
        }),
      ),
      fieldName: 's[v]',
    },
  ];
  const struct = { ...data(FieldType.ARRAY_OF_STRUCT, { $case: 'structArrays', value: { fields } }), fieldName: 's' };
  expect(answerColumns(answerOf(struct), 2)).toEqual(members.map((member) => rowColumn(member, 2)));
});

describe('rows without a value', () => {
  const written = column(FieldType.VARCHAR, tagged('a', 'b'), { valid: Buffer.from([1, 0, 1]) });
  const answered = (...texts: string[]) =>
    data(FieldType.VARCHAR, scalars({ $case: 'stringData', value: { data: texts } }), [true, false, true]);

  test('are the same, whether or not an answer has something in their place', () => {
    const { values } = rowColumn(written, 3);
    expect(values).toEqual(['a', undefined, 'b']);
    expect(answerColumns(answerOf(answered('a', '', 'b')), 3)[0]?.values).toEqual(values);
    expect(answerColumns(answerOf(answered('a', 'b')), 3)[0]?.values).toEqual(values);
  });

  test('cannot be told by an answer with any other number of elements', () => {
    expect(() => answerColumns(answerOf(answered('a')), 3)).toThrow('1 elements for 2 values');
  });

  test('have the field’s default where it has one', () => {
    const of = (data: Parameters<typeof normalDefault>[0]['data'], type: FieldType) => normalDefault({ data }, type);
    expect(of({ $case: 'intData', value: -5 }, FieldType.INT8)).toBe('-5');
    expect(of({ $case: 'longData', value: 2n ** 62n }, FieldType.INT64)).toBe(String(2n ** 62n));
    expect(of({ $case: 'boolData', value: true }, FieldType.BOOL)).toBe('1');
    expect(of({ $case: 'floatData', value: Math.fround(0.1) }, FieldType.FLOAT)).toBe(floats(0.1).toString('latin1'));
    expect(of({ $case: 'stringData', value: 'é' }, FieldType.VARCHAR)).toBe(Buffer.from('é').toString('latin1'));
    expect(of({ $case: 'timestamptzData', value: -1n }, FieldType.TIMESTAMPTZ)).toBe('-1');
    expect(of(undefined, FieldType.INT8)).toBeUndefined();
  });
});

test('an answer says how many rows it has by its keys, also when there are none', () => {
  const keys = (...list: bigint[]) => data(FieldType.INT64, scalars({ $case: 'longData', value: { data: list } }));
  expect(answerRowCount(answerOf(keys(1n, 300n))[0] ?? expect.unreachable())).toBe(2);
  expect(answerRowCount(answerOf(keys())[0] ?? expect.unreachable())).toBe(0);
});
