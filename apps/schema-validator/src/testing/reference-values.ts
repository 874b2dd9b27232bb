import { type Field, FieldType } from '@millrace/contracts';
import type { RecordFieldType } from '../fields/table.ts';
import { type FloatForm, floatForms, nearestFloat, wholeNumber } from './exact-number.ts';
import { NumberText, type ReferenceJson, valuesIn } from './reference-json.ts';

/** What becomes of a value: what Milvus has to have of it where it is written, and whether it may be refused. */
export type Verdict =
  | { readonly kind: 'taken'; readonly stored: unknown }
  /** Its own tests say which texts are good; where one is written, this is it. */
  | { readonly kind: 'open'; readonly stored: unknown }
  | { readonly kind: 'refused' };

/** A value as the record has it, with its text. */
interface Given {
  readonly json: ReferenceJson;
  readonly text: string;
}

type Judge = (given: Given, field: Field) => Verdict;

const refused: Verdict = { kind: 'refused' };
const taken = (stored: unknown): Verdict => ({ kind: 'taken', stored });

/**
 * The reference for every type: what a value means by the rules of docs/field-types.md, written plainly and with none of
 * the code that it is the reference for.
 */
export function referenceValue(json: ReferenceJson, text: string, field: Field): Verdict {
  if (json === null) return field.isNullable ? taken(null) : refused;
  return judges[field.typeCode as RecordFieldType]({ json, text }, field);
}

const integer =
  (bits: number): Judge =>
  ({ json }) => {
    const value = json instanceof NumberText ? wholeNumber(json.text) : undefined;
    if (value === undefined || BigInt.asIntN(bits, value) !== value) return refused;
    return taken(bits === 64 ? value : Number(value));
  };

const float =
  (form: FloatForm): Judge =>
  ({ json }) => {
    const value = json instanceof NumberText ? nearestFloat(json.text, form) : Number.NaN;
    return Number.isFinite(value) ? taken(value) : refused;
  };

const text: Judge = ({ json }, { maxLength }) =>
  typeof json === 'string' && Buffer.byteLength(json) <= maxLength ? taken(json) : refused;

/** Without a max_length, any. */
const longText: Judge = (given, field) =>
  text(given, field.maxLength > 0 ? field : { ...field, maxLength: Number.POSITIVE_INFINITY });

const ownRules: Judge = ({ json }) => (typeof json === 'string' ? { kind: 'open', stored: json } : refused);

const json: Judge = ({ json, text }) => {
  const isReadable = [...valuesIn(json)].every(
    (value) => !(value instanceof NumberText) || Number.isFinite(+value.text),
  );
  return isReadable && Buffer.byteLength(text) <= 65_536 ? taken(text) : refused;
};

const array: Judge = ({ json }, field) => {
  if (!Array.isArray(json) || json.length > field.maxCapacity) return refused;
  const element = { ...field, typeCode: field.elementTypeCode, isNullable: false };
  return all(json.map((value: ReferenceJson) => referenceValue(value, '', element)));
};

const structs: Judge = ({ json }, field) => {
  if (!Array.isArray(json) || json.length > field.maxCapacity) return refused;
  return all(json.map((value: ReferenceJson) => struct(value, field.subFields)));
};

/** Every member, none of them null, and nothing else. */
function struct(json: ReferenceJson, members: readonly Field[]): Verdict {
  if (typeof json !== 'object' || json === null || json instanceof NumberText || Array.isArray(json)) return refused;
  const given = new Map(Object.entries(json));
  if (given.size !== members.length) return refused;
  const values = all(
    members.map((member) => {
      const value = given.get(member.name) ?? null;
      return referenceValue(value, '', { ...member, typeCode: member.elementTypeCode, isNullable: false });
    }),
  );
  if (values.kind === 'refused') return refused;
  const stored = values.stored as readonly unknown[];
  return taken(Object.fromEntries(members.map(({ name }, at) => [name, stored[at]])));
}

const vector =
  (element: Judge, bytesOf: (dim: number) => number, read: (bytes: DataView) => readonly number[]): Judge =>
  ({ json }, field) => {
    if (typeof json === 'string') {
      const bytes = base64Bytes(json);
      const numbers = bytes?.byteLength === bytesOf(field.dim) ? read(bytes) : [Number.NaN];
      return numbers.every(Number.isFinite) ? taken(numbers) : refused;
    }
    const count = read(new DataView(new ArrayBuffer(bytesOf(field.dim)))).length;
    if (!Array.isArray(json) || json.length !== count) return refused;
    return all(json.map((value: ReferenceJson) => element({ json: value, text: '' }, field)));
  };

const byte =
  (least: number, most: number): Judge =>
  ({ json }) => {
    const value = json instanceof NumberText ? wholeNumber(json.text) : undefined;
    return value !== undefined && value >= least && value <= most ? taken(Number(value)) : refused;
  };

const sparse: Judge = ({ json }) => {
  const pairs = sparsePairs(json);
  if (!pairs) return refused;
  const stored: Record<number, number> = {};
  for (const [index, value] of pairs) {
    const number = value instanceof NumberText ? nearestFloat(value.text, floatForms.float32) : Number.NaN;
    const isGood =
      index !== undefined && index >= 0n && index < 2n ** 32n - 1n && Number.isFinite(number) && number >= 0;
    if (!isGood || Object.hasOwn(stored, Number(index))) return refused;
    stored[Number(index)] = number;
  }
  return taken(stored);
};

const judges: Readonly<Record<RecordFieldType, Judge>> = {
  [FieldType.BOOL]: ({ json }) => (typeof json === 'boolean' ? taken(json) : refused),
  [FieldType.INT8]: integer(8),
  [FieldType.INT16]: integer(16),
  [FieldType.INT32]: integer(32),
  [FieldType.INT64]: integer(64),
  [FieldType.FLOAT]: float(floatForms.float32),
  [FieldType.DOUBLE]: float(floatForms.float64),
  [FieldType.VARCHAR]: text,
  [FieldType.ARRAY]: array,
  [FieldType.JSON]: json,
  [FieldType.GEOMETRY]: ownRules,
  [FieldType.TEXT]: longText,
  [FieldType.TIMESTAMPTZ]: ownRules,
  [FieldType.BINARY_VECTOR]: vector(
    byte(0, 255),
    (dim) => dim / 8,
    each(1, (bytes, at) => bytes.getUint8(at)),
  ),
  [FieldType.FLOAT_VECTOR]: vector(
    float(floatForms.float32),
    (dim) => 4 * dim,
    each(4, (bytes, at) => bytes.getFloat32(at, true)),
  ),
  [FieldType.FLOAT16_VECTOR]: vector(
    float(floatForms.float16),
    (dim) => 2 * dim,
    each(2, (bytes, at) => float16Of(bytes.getUint16(at, true))),
  ),
  [FieldType.BFLOAT16_VECTOR]: vector(
    float(floatForms.bfloat16),
    (dim) => 2 * dim,
    each(2, (bytes, at) => bfloat16Of(bytes.getUint16(at, true))),
  ),
  [FieldType.SPARSE_FLOAT_VECTOR]: sparse,
  [FieldType.INT8_VECTOR]: vector(
    byte(-128, 127),
    (dim) => dim,
    each(1, (bytes, at) => bytes.getInt8(at)),
  ),
  [FieldType.ARRAY_OF_STRUCT]: structs,
};

function all(verdicts: readonly Verdict[]): Verdict {
  const stored = verdicts.flatMap((verdict) => (verdict.kind === 'refused' ? [] : [verdict.stored]));
  return stored.length === verdicts.length ? taken(stored) : refused;
}

function sparsePairs(json: ReferenceJson): readonly (readonly [bigint | undefined, ReferenceJson])[] | undefined {
  const indexOf = (value: ReferenceJson) => (value instanceof NumberText ? wholeNumber(value.text) : undefined);
  if (typeof json !== 'object' || json === null || json instanceof NumberText) return undefined;
  if (Array.isArray(json)) {
    const isPairs = json.every((pair) => Array.isArray(pair) && pair.length === 2);
    return isPairs ? json.map(([index, value]) => [indexOf(index), value]) : undefined;
  }
  const entries = Object.entries(json);
  const { indices, values } = Object.fromEntries(entries);
  if (entries.length === 2 && Array.isArray(indices) && Array.isArray(values)) {
    return indices.length === values.length ? indices.map((index, at) => [indexOf(index), values[at]]) : undefined;
  }
  return entries.map(([key, value]) => [
    /^\d+$/.test(key) && `${BigInt(key)}` === key ? BigInt(key) : undefined,
    value,
  ]);
}

function base64Bytes(text: string): DataView | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return btoa(String.fromCharCode(...bytes)) === text ? new DataView(bytes.buffer) : undefined;
  } catch {
    return undefined;
  }
}

function each(size: number, read: (bytes: DataView, at: number) => number) {
  return (bytes: DataView): readonly number[] =>
    Array.from({ length: bytes.byteLength / size }, (_, index) => read(bytes, index * size));
}

function float16Of(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 0x400;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

function bfloat16Of(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}
