import { FieldType } from '@millrace/contracts';
import { cutElements } from './cut-elements.ts';
import { normalGeometry } from './normal-geometry.ts';
import { normalJson } from './normal-json.ts';
import { normalMoment } from './normal-moment.ts';
import { fieldsOf, integerText } from './wire.ts';

/** What an element's bytes do not say themselves. */
export interface ElementShape {
  readonly type: FieldType;
  /** Of arrays, also of vectors. */
  readonly elementType: FieldType;
}

type Normal = (element: Buffer, shape: ElementShape) => string;

/** Byte for byte. Floats and vectors are compared by their bits, so 0 and -0 are two values. */
const bytes: Normal = (element) => element.toString('latin1');
const integers: Normal = (element) => integerText(element);
const ofText =
  (normal: (text: string) => string): Normal =>
  (element) =>
    normal(element.toString('utf8'));

const forms: Record<FieldType, Normal> = {
  [FieldType.UNSPECIFIED]: bytes,
  [FieldType.BOOL]: integers,
  [FieldType.INT8]: integers,
  [FieldType.INT16]: integers,
  [FieldType.INT32]: integers,
  [FieldType.INT64]: integers,
  [FieldType.FLOAT]: bytes,
  [FieldType.DOUBLE]: bytes,
  [FieldType.VARCHAR]: bytes,
  [FieldType.ARRAY]: normalArray,
  [FieldType.JSON]: ofText(normalJson),
  [FieldType.GEOMETRY]: ofText(normalGeometry),
  [FieldType.TEXT]: bytes,
  [FieldType.TIMESTAMPTZ]: ofText(normalMoment),
  [FieldType.BINARY_VECTOR]: bytes,
  [FieldType.FLOAT_VECTOR]: bytes,
  [FieldType.FLOAT16_VECTOR]: bytes,
  [FieldType.BFLOAT16_VECTOR]: bytes,
  [FieldType.SPARSE_FLOAT_VECTOR]: normalSparse,
  [FieldType.INT8_VECTOR]: bytes,
  [FieldType.ARRAY_OF_VECTOR]: normalVectors,
  [FieldType.ARRAY_OF_STRUCT]: bytes,
};

/**
 * An element, as `cutElements` gives it, in a form that is equal exactly for elements of one value, whoever wrote their
 * bytes: the validator into a column, or Milvus into an answer.
 */
export function normalForm(element: Buffer, shape: ElementShape): string {
  return forms[shape.type](element, shape);
}

const packedTypes: ReadonlySet<number> = new Set([
  FieldType.BOOL,
  FieldType.INT8,
  FieldType.INT16,
  FieldType.INT32,
  FieldType.INT64,
  FieldType.FLOAT,
  FieldType.DOUBLE,
]);

/** A ScalarField: its one member holds the elements. An array without elements has a member, or none. */
function normalArray(element: Buffer, { elementType }: ElementShape): string {
  const shape = { type: elementType, elementType: FieldType.UNSPECIFIED };
  const normal: string[] = [];
  for (const { bytes: list } of fieldsOf(element)) {
    const runs = packedTypes.has(elementType) ? [...fieldsOf(list)].map((field) => field.bytes) : [list];
    for (const run of runs) for (const one of cutElements(elementType, run, 0)) normal.push(normalForm(one, shape));
  }
  return JSON.stringify(normal);
}

/** Pairs of index and value. An entry that is zero is as good as none, and milvus-lite forgets it. */
function normalSparse(element: Buffer): string {
  const kept: Buffer[] = [];
  for (let at = 0; at + 8 <= element.length; at += 8) {
    if (element.readFloatLE(at + 4) !== 0) kept.push(element.subarray(at, at + 8));
  }
  return Buffer.concat(kept).toString('latin1');
}

/** A VectorField: the member that holds the vectors' bytes, a FloatVector's inside a FloatArray. */
function normalVectors(element: Buffer, { elementType }: ElementShape): string {
  const lists = [...fieldsOf(element)].filter(({ isDelimited }) => isDelimited).map((field) => field.bytes);
  const vectors =
    elementType === FieldType.FLOAT_VECTOR ? lists.flatMap((list) => [...fieldsOf(list)].map((f) => f.bytes)) : lists;
  return Buffer.concat(vectors).toString('latin1');
}
