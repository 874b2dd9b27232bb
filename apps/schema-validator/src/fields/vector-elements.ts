import { FieldType } from '@millrace/contracts';
import type { ColumnBuilder } from '../column-builder.ts';
import { bfloat16Vector } from './bfloat16-vector.ts';
import { binaryVector } from './binary-vector.ts';
import type { Field } from './field.ts';
import { floatVector } from './float-vector.ts';
import { float16Vector } from './float16-vector.ts';
import { int8Vector } from './int8-vector.ts';

/** How vectors of a type are checked, and which member of Milvus's VectorField holds them, packed or as bytes. */
export interface VectorElement {
  readonly field: Field;
  readonly member: number;
  readonly isPacked: boolean;
}

/** The types of vectors that Milvus takes in structs (`checkArrayOfVectorFieldData` of `internal/proxy/validate_util.go`). */
export const vectorElements: Readonly<Record<number, VectorElement>> = {
  [FieldType.FLOAT_VECTOR]: { field: floatVector, member: 2, isPacked: true },
  [FieldType.BINARY_VECTOR]: { field: binaryVector, member: 3, isPacked: false },
  [FieldType.FLOAT16_VECTOR]: { field: float16Vector, member: 4, isPacked: false },
  [FieldType.BFLOAT16_VECTOR]: { field: bfloat16Vector, member: 5, isPacked: false },
  [FieldType.INT8_VECTOR]: { field: int8Vector, member: 7, isPacked: false },
};

/** Whether a type code of Milvus is one that vectors in structs can have. */
export function isVectorElementType(typeCode: number): typeCode is FieldType {
  return Object.hasOwn(vectorElements, typeCode);
}

/** Begins a VectorField with its dim, and says where the vectors start. */
export function beginVectors(column: ColumnBuilder, dim: number): number {
  column.addByte(0x08);
  column.addVarint(dim);
  return column.length;
}

/**
 * Makes what was appended since `start` one element of the column: a VectorField that began there, whose vectors begin at
 * `vectorsStart`; their member is there even when there are none.
 */
export function endVectors(
  column: ColumnBuilder,
  start: number,
  vectorsStart: number,
  { member, isPacked }: VectorElement,
): void {
  if (isPacked && column.length > vectorsStart) column.prependLength(vectorsStart, 0x0a);
  column.prependLength(vectorsStart, member * 8 + 2);
  column.prependLength(start, 0x12);
}
