import type { UpsertRequest } from '@millrace/contracts/milvus';
import { bf16BytesToF32Array, f16BytesToF32Array } from '@zilliz/milvus2-sdk-node';

export type FakeRow = Readonly<Record<string, unknown>>;
type FieldData = UpsertRequest['fieldsData'][number];
type VectorField = Extract<FieldData['field'], { $case: 'vectors' }>['value'];
type VectorData = NonNullable<VectorField['data']>;
type ScalarField = Extract<FieldData['field'], { $case: 'scalars' }>['value'];

/**
 * The rows of a write as values: bigint for Int64, number, boolean, string (VarChar and JSON text), arrays of these for
 * Array, number[] for vectors, values by index for sparse vectors, objects for structs, null where validity says so.
 *
 * @throws Error when a field does not hold exactly one element for each row that has a value, or a sparse vector is not
 * what Milvus takes
 */
export function decodeRows(request: UpsertRequest): readonly FakeRow[] {
  const columns = request.fieldsData.map((field) => [field.fieldName, decodeColumn(field, request.numRows)] as const);
  return Array.from({ length: request.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
}

function decodeColumn(field: FieldData, rowCount: number): readonly unknown[] {
  if (field.field?.$case === 'structArrays') return structsOf(field.fieldName, field.field.value.fields, rowCount);
  const elements = elementsOf(field);
  if (field.validData.length === 0) return counted(field, elements, rowCount);
  counted(field, field.validData, rowCount);
  counted(field, elements, field.validData.filter(Boolean).length);
  let next = 0;
  return field.validData.map((isValid) => (isValid ? elements[next++] : null));
}

/** The lists of structs of all rows, put together from the lists of their members. */
function structsOf(name: string, fields: readonly FieldData[], rowCount: number): readonly unknown[] {
  const members = fields.map((field) => [field.fieldName, decodeColumn(field, rowCount)] as const);
  return zipStructs(name, members, rowCount);
}

/** @throws Error where a row is null, or of another length, for one member and not for another */
export function zipStructs(
  name: string,
  members: readonly (readonly [name: string, rows: readonly unknown[]])[],
  rowCount: number,
): readonly unknown[] {
  return Array.from({ length: rowCount }, (_, row) => {
    const lists = members.map(([member, rows]) => [member, rows[row] as readonly unknown[] | null] as const);
    const lengths = new Set(lists.map(([, list]) => list?.length));
    if (lengths.size !== 1) throw new Error(`${name}: the members of row ${row} have ${[...lengths]} elements`);
    const [length] = lengths;
    if (length === undefined) return null;
    return Array.from({ length }, (_, at) => Object.fromEntries(lists.map(([member, list]) => [member, list?.[at]])));
  });
}

function counted<Element>(field: FieldData, elements: readonly Element[], count: number): readonly Element[] {
  if (elements.length !== count) throw new Error(`${field.fieldName}: ${elements.length} elements instead of ${count}`);
  return elements;
}

function elementsOf({ field, fieldName }: FieldData): readonly unknown[] {
  if (field?.$case === 'vectors') return vectorsOf(fieldName, field.value);
  return field?.$case === 'structArrays' ? [] : scalarsOf(fieldName, field?.value);
}

/** The vectors of all rows; of arrays of vectors, an array of them for each row. */
function vectorsOf(fieldName: string, { dim, data }: VectorField): readonly unknown[] {
  if (data?.$case === 'sparseFloatVector') return data.value.contents.map((row) => sparseOf(row, data.value.dim));
  if (data?.$case === 'vectorArray') return data.value.data.map((row) => vectorsOf(fieldName, row));
  const isBits = data?.$case === 'binaryVector';
  const numbers = isBits ? [...data.value] : numbersOf(data);
  const size = Number(dim) / (isBits ? 8 : 1);
  if (numbers.length % size !== 0) throw new Error(`${fieldName}: ${numbers.length} numbers for dim ${dim}`);
  return Array.from({ length: numbers.length / size }, (_, index) => numbers.slice(index * size, (index + 1) * size));
}

function numbersOf(data: VectorData | undefined): readonly number[] {
  if (data?.$case === 'int8Vector') return [...new Int8Array(data.value)];
  if (data?.$case === 'float16Vector') return f16BytesToF32Array(data.value);
  if (data?.$case === 'bfloat16Vector') return bf16BytesToF32Array(data.value);
  return data?.$case === 'floatVector' ? data.value.data : [];
}

/** Values by index, once the rules of Milvus's ValidateSparseFloatRows are kept. */
export function sparseOf(row: Buffer, dim: bigint): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  let next = 0;
  for (let at = 0; at < row.length; at += 8) {
    const index = row.readUInt32LE(at);
    const value = row.readFloatLE(at + 4);
    if (index < next) throw new Error(`index ${index} follows ${next - 1}`);
    if (index === 2 ** 32 - 1 || BigInt(index) >= dim) throw new Error(`index ${index} is beyond dim ${dim}`);
    if (!Number.isFinite(value) || value < 0) throw new Error(`value ${value} at index ${index}`);
    values[index] = value;
    next = index + 1;
  }
  return values;
}

function scalarsOf(fieldName: string, field: ScalarField | undefined): readonly unknown[] {
  const data = field?.data;
  if (!data) throw new Error(`${fieldName}: no data`);
  if (data.$case === 'arrayData') return data.value.data.map((row) => scalarsOf(fieldName, row));
  return data.$case === 'jsonData' ? data.value.data.map((bytes) => bytes.toString()) : data.value.data;
}
