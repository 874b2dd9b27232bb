import { FieldType } from './gen/millrace/v1/inserter.ts';

/**
 * How the elements of a type follow each other in a column's run (inserter.proto, Column): so many bytes each, or found by
 * scanning for varints or tags.
 */
export type ElementForm = number | 'varint' | { readonly tag: number };

const tagged: ElementForm = { tag: 0x0a };

const forms: Record<FieldType, (dim: number) => ElementForm | undefined> = {
  [FieldType.UNSPECIFIED]: () => undefined,
  [FieldType.BOOL]: () => 'varint',
  [FieldType.INT8]: () => 'varint',
  [FieldType.INT16]: () => 'varint',
  [FieldType.INT32]: () => 'varint',
  [FieldType.INT64]: () => 'varint',
  [FieldType.FLOAT]: () => 4,
  [FieldType.DOUBLE]: () => 8,
  [FieldType.VARCHAR]: () => tagged,
  [FieldType.ARRAY]: () => tagged,
  [FieldType.TEXT]: () => tagged,
  [FieldType.TIMESTAMPTZ]: () => tagged,
  [FieldType.GEOMETRY]: () => tagged,
  [FieldType.JSON]: () => tagged,
  [FieldType.BINARY_VECTOR]: (dim) => (dim > 0 && dim % 8 === 0 ? dim / 8 : undefined),
  [FieldType.FLOAT_VECTOR]: (dim) => (dim > 0 ? 4 * dim : undefined),
  [FieldType.FLOAT16_VECTOR]: (dim) => (dim > 0 ? 2 * dim : undefined),
  [FieldType.BFLOAT16_VECTOR]: (dim) => (dim > 0 ? 2 * dim : undefined),
  [FieldType.SPARSE_FLOAT_VECTOR]: () => tagged,
  [FieldType.INT8_VECTOR]: (dim) => (dim > 0 ? dim : undefined),
  [FieldType.ARRAY_OF_VECTOR]: (dim) => (dim > 0 ? { tag: 0x12 } : undefined),
  [FieldType.ARRAY_OF_STRUCT]: () => undefined,
};

/** Undefined for a type that no column has, one that is not known, or a `dim` that vectors of the type cannot have. */
export function elementFormOf(type: FieldType, dim: number): ElementForm | undefined {
  return forms[type]?.(dim);
}
