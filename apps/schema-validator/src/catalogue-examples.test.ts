import { FieldType } from '@millrace/contracts';
import { type ExampleField, exampleCollections, type RecordExample, violations } from '@millrace/errors';
import { expect, test } from 'vitest';
import { collection, field } from './testing/collections.ts';
import { check, encoderFor } from './testing/encode-rows.ts';

const typeCodes: Readonly<Record<string, FieldType>> = {
  Int16: FieldType.INT16,
  Int64: FieldType.INT64,
  Float: FieldType.FLOAT,
  VarChar: FieldType.VARCHAR,
  JSON: FieldType.JSON,
  Array: FieldType.ARRAY,
  Timestamptz: FieldType.TIMESTAMPTZ,
  Geometry: FieldType.GEOMETRY,
  FloatVector: FieldType.FLOAT_VECTOR,
  SparseFloatVector: FieldType.SPARSE_FLOAT_VECTOR,
};

function typeCodeOf(name: string): FieldType {
  const code = typeCodes[name];
  if (code === undefined) throw new Error(`the examples have a field of type ${name}, which has no code here`);
  return code;
}

function toField({ name, type, elementType, ...more }: ExampleField) {
  const elementTypeCode = elementType === undefined ? 0 : typeCodeOf(elementType);
  return field(name, typeCodeOf(type), { ...more, elementTypeCode });
}

function findingsOf({
  collection: name = 'books',
  record,
  encoding = 'utf8',
}: Pick<RecordExample, 'collection' | 'record' | 'encoding'>) {
  const { fields, hasDynamicField } = exampleCollections[name];
  const encoder = encoderFor(collection(fields.map(toField), { hasDynamicField }));
  return check(encoder, Buffer.from(record, encoding)).violations;
}

const examples = Object.entries(violations).flatMap(([code, { title, hint, example }]) =>
  example ? [{ code, example, told: { code, message: title, hint, ...example } }] : [],
);

test.each(examples)('$code is what is wrong with the example on its page, and nothing else', ({ example, told }) => {
  const { code, path, message, expected, found, hint } = told;
  expect(findingsOf(example)).toEqual([{ code, path, message, expected, found, hint }]);
});

test('a record of the examples that has nothing wrong is taken', () => {
  expect(findingsOf({ record: '{"id": 1, "title": "Dune", "embedding": [1, 2, 3, 4]}' })).toEqual([]);
});
