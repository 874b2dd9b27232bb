import { FieldType } from '@millrace/contracts';
import { array } from './array.ts';
import { bfloat16Vector } from './bfloat16-vector.ts';
import { binaryVector } from './binary-vector.ts';
import { bool } from './bool.ts';
import { double } from './double.ts';
import type { Field } from './field.ts';
import { float } from './float.ts';
import { floatVector } from './float-vector.ts';
import { float16Vector } from './float16-vector.ts';
import { geometry } from './geometry.ts';
import { int8 } from './int8.ts';
import { int8Vector } from './int8-vector.ts';
import { int16 } from './int16.ts';
import { int32 } from './int32.ts';
import { int64 } from './int64.ts';
import { json } from './json.ts';
import { sparseFloatVector } from './sparse-float-vector.ts';
import { structArray } from './struct-array.ts';
import { text } from './text.ts';
import { timestamptz } from './timestamptz.ts';
import { varchar } from './varchar.ts';

/** The types that a record's members can fill. */
export type RecordFieldType = Exclude<FieldType, typeof FieldType.UNSPECIFIED | typeof FieldType.ARRAY_OF_VECTOR>;

/** Every type of the contract; one without its file does not compile. */
export const fields: Readonly<Record<RecordFieldType, Field>> = {
  [FieldType.BOOL]: bool,
  [FieldType.INT8]: int8,
  [FieldType.INT16]: int16,
  [FieldType.INT32]: int32,
  [FieldType.INT64]: int64,
  [FieldType.FLOAT]: float,
  [FieldType.DOUBLE]: double,
  [FieldType.VARCHAR]: varchar,
  [FieldType.ARRAY]: array,
  [FieldType.JSON]: json,
  [FieldType.GEOMETRY]: geometry,
  [FieldType.TEXT]: text,
  [FieldType.TIMESTAMPTZ]: timestamptz,
  [FieldType.BINARY_VECTOR]: binaryVector,
  [FieldType.FLOAT_VECTOR]: floatVector,
  [FieldType.FLOAT16_VECTOR]: float16Vector,
  [FieldType.BFLOAT16_VECTOR]: bfloat16Vector,
  [FieldType.SPARSE_FLOAT_VECTOR]: sparseFloatVector,
  [FieldType.INT8_VECTOR]: int8Vector,
  [FieldType.ARRAY_OF_STRUCT]: structArray,
};

/** Whether a type code of Milvus is one that records can fill. */
export function isRecordFieldType(typeCode: number): typeCode is RecordFieldType {
  return Object.hasOwn(fields, typeCode);
}
