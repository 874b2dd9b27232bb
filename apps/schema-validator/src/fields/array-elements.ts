import { FieldType } from '@millrace/contracts';
import type { ColumnBuilder } from '../column-builder.ts';
import { bool } from './bool.ts';
import { double } from './double.ts';
import type { Field } from './field.ts';
import { float } from './float.ts';
import { int8 } from './int8.ts';
import { int16 } from './int16.ts';
import { int32 } from './int32.ts';
import { int64 } from './int64.ts';
import { varchar } from './varchar.ts';

/** How elements of a type are checked, and which member of Milvus's ScalarField holds them, packed or one by one. */
export interface ArrayElement {
  readonly field: Field;
  readonly member: number;
  readonly isPacked: boolean;
}

/** The types that Milvus takes as elements, by code (`validateElementType` of `internal/proxy/util.go`). */
export const arrayElements: Readonly<Record<number, ArrayElement>> = {
  [FieldType.BOOL]: { field: bool, member: 1, isPacked: true },
  [FieldType.INT8]: { field: int8, member: 2, isPacked: true },
  [FieldType.INT16]: { field: int16, member: 2, isPacked: true },
  [FieldType.INT32]: { field: int32, member: 2, isPacked: true },
  [FieldType.INT64]: { field: int64, member: 3, isPacked: true },
  [FieldType.FLOAT]: { field: float, member: 4, isPacked: true },
  [FieldType.DOUBLE]: { field: double, member: 5, isPacked: true },
  [FieldType.VARCHAR]: { field: varchar, member: 6, isPacked: false },
};

/** Whether a type code of Milvus is one that elements of an Array can have. */
export function isArrayElementType(typeCode: number): typeCode is FieldType {
  return Object.hasOwn(arrayElements, typeCode);
}

/** Makes what was appended since `start` one element of the column: a ScalarField, its member there even when empty. */
export function endArray(column: ColumnBuilder, start: number, { member, isPacked }: ArrayElement): void {
  if (isPacked && column.length > start) column.prependLength(start, 0x0a);
  column.prependLength(start, member * 8 + 2);
  column.prependLength(start, 0x0a);
}
