import { FieldType } from '@millrace/contracts';
import { varintEnd, varintNumber, WireError } from './wire.ts';

/** How the elements of a type follow each other (inserter.proto, Column): so many bytes each, varints, or behind a tag. */
type Form = number | 'varint' | { readonly tag: number };

const tagged: Form = { tag: 0x0a };

const forms: Record<FieldType, (dim: number) => Form> = {
  [FieldType.UNSPECIFIED]: noColumn,
  [FieldType.BOOL]: () => 'varint',
  [FieldType.INT8]: () => 'varint',
  [FieldType.INT16]: () => 'varint',
  [FieldType.INT32]: () => 'varint',
  [FieldType.INT64]: () => 'varint',
  [FieldType.FLOAT]: () => 4,
  [FieldType.DOUBLE]: () => 8,
  [FieldType.VARCHAR]: () => tagged,
  [FieldType.ARRAY]: () => tagged,
  [FieldType.JSON]: () => tagged,
  [FieldType.GEOMETRY]: () => tagged,
  [FieldType.TEXT]: () => tagged,
  [FieldType.TIMESTAMPTZ]: () => tagged,
  [FieldType.BINARY_VECTOR]: (dim) => dim / 8,
  [FieldType.FLOAT_VECTOR]: (dim) => 4 * dim,
  [FieldType.FLOAT16_VECTOR]: (dim) => 2 * dim,
  [FieldType.BFLOAT16_VECTOR]: (dim) => 2 * dim,
  [FieldType.SPARSE_FLOAT_VECTOR]: () => tagged,
  [FieldType.INT8_VECTOR]: (dim) => dim,
  [FieldType.ARRAY_OF_VECTOR]: () => ({ tag: 0x12 }),
  [FieldType.ARRAY_OF_STRUCT]: noColumn,
};

function noColumn(): never {
  throw new WireError('a column of a type that none has');
}

/** A run's elements: numbers as they stand, all others without tag and length. @throws WireError */
export function cutElements(type: FieldType, run: Buffer, dim: number): Buffer[] {
  const form = forms[type](dim);
  if (typeof form !== 'number') return form === 'varint' ? cutVarints(run) : cutTagged(run, form.tag);
  if (!(form > 0) || run.length % form !== 0) throw new WireError(`${run.length} bytes of elements of ${form} bytes`);
  return Array.from({ length: run.length / form }, (_, index) => run.subarray(index * form, (index + 1) * form));
}

function cutVarints(run: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < run.length; ) {
    const end = varintEnd(run, at);
    elements.push(run.subarray(at, end));
    at = end;
  }
  return elements;
}

function cutTagged(run: Buffer, tag: number): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 0; at < run.length; ) {
    if (run[at] !== tag) throw new WireError(`byte ${run[at]} at ${at} instead of the tag ${tag}`);
    const start = varintEnd(run, at + 1);
    const end = start + varintNumber(run, at + 1);
    if (end > run.length) throw new WireError(`an element of ${end - start} bytes in ${run.length - start}`);
    elements.push(run.subarray(start, end));
    at = end;
  }
  return elements;
}
