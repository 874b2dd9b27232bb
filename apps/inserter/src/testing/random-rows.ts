import { FieldType } from '@millrace/contracts';
import fc from 'fast-check';
import type { TestField, TestRow, TestStruct, TestValue } from './entity-batch.ts';

const float32 = fc.float({ noNaN: true });
/** Few bits are enough to tell one from another; those of a small float32 fit into the smaller types. */
const float16 = fc.integer({ min: -2048, max: 2048 }).map((steps) => steps / 32);
const bfloat16 = fc.integer({ min: -255, max: 255 }).map((steps) => steps * 2 ** 40);
const weight = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 }), fc.constant(-0));
const sparseIndex = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 2 })).map(String);
const elementTypes = [
  FieldType.BOOL,
  FieldType.INT8,
  FieldType.INT16,
  FieldType.INT32,
  FieldType.INT64,
  FieldType.FLOAT,
  FieldType.DOUBLE,
  FieldType.VARCHAR,
] as const;

const values: Record<FieldType, (dim: number, elementType: FieldType) => fc.Arbitrary<TestValue>> = {
  [FieldType.UNSPECIFIED]: () => fc.constant(null),
  [FieldType.BOOL]: () => fc.boolean(),
  [FieldType.INT8]: () => fc.integer({ min: -128, max: 127 }),
  [FieldType.INT16]: () => fc.integer({ min: -32_768, max: 32_767 }),
  [FieldType.INT32]: () => fc.integer(),
  [FieldType.INT64]: () => fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  [FieldType.FLOAT]: () => float32,
  [FieldType.DOUBLE]: () => fc.double({ noNaN: true }),
  [FieldType.VARCHAR]: () => fc.string({ unit: 'grapheme', maxLength: 200 }),
  [FieldType.ARRAY]: (_, elementType) => fc.array(values[elementType](0, 0) as fc.Arbitrary<number>, { maxLength: 10 }),
  [FieldType.TEXT]: () => fc.string({ unit: 'grapheme', maxLength: 200 }),
  [FieldType.TIMESTAMPTZ]: () => fc.string({ maxLength: 40 }),
  [FieldType.GEOMETRY]: () => fc.string({ maxLength: 40 }),
  [FieldType.JSON]: () => fc.json({ maxDepth: 2 }),
  [FieldType.BINARY_VECTOR]: (dim) =>
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: dim / 8, maxLength: dim / 8 }),
  [FieldType.FLOAT16_VECTOR]: (dim) => fc.array(float16, { minLength: dim, maxLength: dim }),
  [FieldType.BFLOAT16_VECTOR]: (dim) => fc.array(bfloat16, { minLength: dim, maxLength: dim }),
  [FieldType.SPARSE_FLOAT_VECTOR]: () => fc.dictionary(sparseIndex, weight, { maxKeys: 5, noNullPrototype: true }),
  [FieldType.INT8_VECTOR]: (dim) => fc.array(fc.integer({ min: -128, max: 127 }), { minLength: dim, maxLength: dim }),
  [FieldType.FLOAT_VECTOR]: (dim) => fc.array(float32, { minLength: dim, maxLength: dim }),
  [FieldType.ARRAY_OF_VECTOR]: () => fc.constant(null),
  [FieldType.ARRAY_OF_STRUCT]: () => fc.constant(null),
};

/** A list of structs, any of which has all members. */
function structs(members: readonly TestField[]): fc.Arbitrary<TestValue> {
  const struct = members.map(({ name, type, dim = 0 }) => [name, values[type](dim, 0)] as const);
  return fc.array(fc.record(Object.fromEntries(struct), { noNullPrototype: true }) as fc.Arbitrary<TestStruct>, {
    maxLength: 4,
  });
}

const memberTypes = [
  ...elementTypes,
  FieldType.BINARY_VECTOR,
  FieldType.FLOAT_VECTOR,
  FieldType.FLOAT16_VECTOR,
  FieldType.BFLOAT16_VECTOR,
  FieldType.INT8_VECTOR,
] as const;

/** A field of any type of the contract, with or without validity. */
const anyField = fc.record({
  type: fc.constantFrom(
    ...Object.values(FieldType).filter((type) => type !== FieldType.UNSPECIFIED && type !== FieldType.ARRAY_OF_VECTOR),
  ),
  dim: fc.integer({ min: 1, max: 5 }),
  elementType: fc.constantFrom(...elementTypes),
  memberTypes: fc.array(fc.constantFrom(...memberTypes), { minLength: 1, maxLength: 4 }),
  hasValidity: fc.boolean(),
});

/** Types whose vectors all have the dimensions that the schema says, a byte or more for each. */
const dimensional: ReadonlySet<FieldType> = new Set([
  FieldType.FLOAT_VECTOR,
  FieldType.FLOAT16_VECTOR,
  FieldType.BFLOAT16_VECTOR,
  FieldType.INT8_VECTOR,
]);

export interface RandomRows {
  readonly fields: readonly TestField[];
  readonly rows: readonly TestRow[];
}

/** Rows over a key with few values and up to five more fields. */
export const randomRows: fc.Arbitrary<RandomRows> = fc
  .record({
    keyType: fc.constantFrom(FieldType.INT64, FieldType.VARCHAR),
    others: fc.array(anyField, { maxLength: 5 }),
  })
  .chain(({ keyType, others }) => {
    const fields: TestField[] = [
      { name: 'key', type: keyType },
      ...others.map(({ dim, elementType, memberTypes: types, ...field }, index) => ({
        ...field,
        name: `field${index}`,
        ...(dimensional.has(field.type) && { dim }),
        ...(field.type === FieldType.ARRAY && { elementType }),
        ...(field.type === FieldType.BINARY_VECTOR && { dim: 8 * dim }),
        // A member may have the name of a field.
        ...(field.type === FieldType.ARRAY_OF_STRUCT && {
          members: types.map((type, member) => ({ name: member === 0 ? 'key' : `m${member}`, type, dim: 8 * dim })),
        }),
        isDynamic: field.type === FieldType.JSON && !field.hasValidity,
      })),
    ];
    const row = Object.fromEntries(
      fields.map((field) => {
        const { members } = field;
        const value = members ? structs(members) : values[field.type](field.dim ?? 0, field.elementType ?? 0);
        return [field.name, field.hasValidity ? fc.option(value) : value];
      }),
    );
    const key =
      keyType === FieldType.INT64
        ? fc.constantFrom(0n, 1n, -1n, 127n, 128n, 2n ** 63n - 1n, -(2n ** 63n))
        : fc.constantFrom('', 'a', 'b', 'ab', 'ä', '\n');
    return fc.record({ fields: fc.constant(fields), rows: fc.array(fc.record({ ...row, key }), { maxLength: 30 }) });
  });

/** Cuts an array at random places into parts, some of them empty. */
export function inParts<Item>(items: readonly Item[], cuts: readonly number[]): readonly (readonly Item[])[] {
  const places = [0, ...cuts.map((cut) => cut % (items.length + 1)), items.length].sort((a, b) => a - b);
  return places.slice(1).map((place, index) => items.slice(places[index], place));
}
