import { FailureClass, type Field, FieldType, InsertMode } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { type Planning, planCollection } from './plan.ts';
import { books, collection, field } from './testing/collections.ts';

const autoId = {
  ...books,
  fields: books.fields.map((of) => ({ ...of, isAutoId: of.isPrimaryKey })),
};

function planned(planning: Planning) {
  if ('failure' in planning) throw new Error(planning.failure.message);
  return planning.plan;
}

describe('the insert mode', () => {
  test.each([
    [InsertMode.UNSPECIFIED, books, InsertMode.UPSERT],
    [InsertMode.UPSERT, books, InsertMode.UPSERT],
    [InsertMode.INSERT, books, InsertMode.INSERT],
    [InsertMode.UNSPECIFIED, autoId, InsertMode.INSERT],
    [InsertMode.INSERT, autoId, InsertMode.INSERT],
  ])('%s becomes what the collection allows', (wanted, of, mode) => {
    expect(planned(planCollection(of, wanted)).insertMode).toBe(mode);
  });

  test('upsert into a collection that makes its own keys is refused', () => {
    expect(planCollection(autoId, InsertMode.UPSERT)).toMatchObject({
      failure: { code: 'V102', class: FailureClass.OPERATOR, message: expect.stringContaining('autoID on `id`') },
    });
  });
});

const messageOf = (serverVersion: string, ...fields: readonly Field[]) => {
  const id = field('id', FieldType.INT64, { isPrimaryKey: true });
  const planning = planCollection(collection([id, ...fields], { serverVersion }), InsertMode.UNSPECIFIED);
  return 'failure' in planning ? `${planning.failure.code} ${planning.failure.message}` : undefined;
};

test('types that are not supported are refused, all of them by name and with the server', () => {
  const names = { 27: 'Mol', 28: 'Date', 29: 'Time', 30: 'Decimal', 31: 'UUID', 4711: '' };
  const odd = Object.entries(names).map(([code]) => field(`f${code}`, Number(code) as FieldType, { typeName: code }));
  expect(messageOf('v3.1.0', ...odd)).toBe(
    'V101 collection `books` (server v3.1.0) has fields of types that are not supported: ' +
      '`f27` (Mol), `f28` (Date), `f29` (Time), `f30` (Decimal), `f31` (UUID), `f4711` (type 4711)',
  );
});

describe('a type that the version of the server does not have', () => {
  const of = (type: FieldType, typeName: string, more: Partial<Field> = {}) =>
    field('v', type, { typeName, dim: 8, elementTypeCode: FieldType.INT8, ...more });
  const geometry = of(FieldType.GEOMETRY, 'Geometry');
  const float16 = of(FieldType.FLOAT16_VECTOR, 'Float16Vector');
  const sparse = of(FieldType.SPARSE_FLOAT_VECTOR, 'SparseFloatVector');
  const int8 = of(FieldType.INT8_VECTOR, 'Int8Vector');
  const nullable = of(FieldType.VARCHAR, 'VarChar', { isNullable: true });
  const defaulted = of(FieldType.INT64, 'Int64', { hasDefault: true });
  const nullableVector = of(FieldType.FLOAT_VECTOR, 'FloatVector', { isNullable: true });

  test.each([
    ['v2.6.3', geometry, 'Geometry needs Milvus 2.6.4'],
    ['v2.6.5', of(FieldType.TIMESTAMPTZ, 'Timestamptz'), 'Timestamptz needs Milvus 2.6.6'],
    ['v2.6.22', of(FieldType.TEXT, 'Text'), 'Text needs Milvus 3.0'],
    ['v2.5.27', int8, 'Int8Vector needs Milvus 2.6'],
    ['v2.3.5', sparse, 'SparseFloatVector needs Milvus 2.4'],
    ['v2.3.5', of(FieldType.BFLOAT16_VECTOR, 'BFloat16Vector'), 'BFloat16Vector needs Milvus 2.4'],
    ['v2.4.24', nullable, 'VarChar, nullable, needs Milvus 2.5'],
    ['v2.4.24', defaulted, 'Int64, with a default, needs Milvus 2.5'],
    ['v2.6.22', nullableVector, 'FloatVector, nullable, needs Milvus 3.0'],
    ['v2.5.0', { ...int8, hasDefault: true }, 'Int8Vector, with a default, needs Milvus 3.0'],
    ['milvus_lite-3.2.2', float16, 'Float16Vector is not in Milvus Lite'],
    ['milvus_lite-3.2.2', of(FieldType.BINARY_VECTOR, 'BinaryVector'), 'BinaryVector is not in Milvus Lite'],
  ])('is refused by name, with what it needs: on %s', (server, tooNew, words) => {
    expect(messageOf(server, tooNew)).toBe(
      `V110 collection \`books\` has a field that server ${server} does not have: \`v\` (${words})`,
    );
  });

  test.each([
    ['v2.3.5', [float16, of(FieldType.BINARY_VECTOR, 'BinaryVector'), of(FieldType.ARRAY, 'Array')]],
    ['v2.4.0', [float16, sparse, of(FieldType.BFLOAT16_VECTOR, 'BFloat16Vector')]],
    ['v2.6.4', [geometry, int8, nullable, defaulted]],
    ['v3.0.0', [geometry, of(FieldType.TEXT, 'Text'), of(FieldType.TIMESTAMPTZ, 'Timestamptz'), nullableVector]],
    ['milvus_lite-3.2.2', [geometry, of(FieldType.TIMESTAMPTZ, 'Timestamptz'), sparse, nullable, nullableVector]],
    ['2.6-latest', [geometry]],
    ['master-20260224-2d14975d18', [of(FieldType.TEXT, 'Text'), nullableVector]],
    ['', [of(FieldType.TEXT, 'Text'), nullableVector]],
  ])('is not found on %s where it has them, or nobody knows', (server, fields) => {
    const named = fields.map((one, index) => ({ ...one, name: `v${index}` }));
    expect(messageOf(server, ...named)).toBeUndefined();
  });

  test('is named together with the others', () => {
    expect(messageOf('v2.6.0', { ...geometry, name: 'where' }, nullableVector)).toContain(
      'has fields that server v2.6.0 does not have: `where` (Geometry needs Milvus 2.6.4), `v` (FloatVector, nullable,',
    );
  });
});

test('a function output may be of any type, since it is never sent', () => {
  const sparse = field('sparse', 104 as FieldType, { isFunctionOutput: true });
  const plan = planned(planCollection({ ...books, fields: [...books.fields, sparse] }, InsertMode.UPSERT));
  expect(plan.fields.map(({ plan: { name } }) => name)).toEqual(['id', 'title', 'title_vector']);
  expect([...plan.generated.keys()]).toEqual(['sparse']);
});
