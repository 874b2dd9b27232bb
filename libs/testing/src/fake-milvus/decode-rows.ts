import type { UpsertRequest } from '@millrace/contracts/milvus';
import { bf16BytesToF32Array, f16BytesToF32Array } from '@zilliz/milvus2-sdk-node';

export type FakeRow = Readonly<Record<string, unknown>>;
type FieldData = UpsertRequest['fieldsData'][number];
type VectorData = NonNullable<Extract<FieldData['field'], { $case: 'vectors' }>['value']['data']>;
type ScalarField = Extract<FieldData['field'], { $case: 'scalars' }>['value'];

/**
 * The rows of a write as values: bigint for Int64, number, boolean, string (VarChar and JSON text), arrays of these for
 * Array, number[] for vectors, values by index for sparse vectors, null where validity says so.
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
  const elements = elementsOf(field);
  if (field.validData.length === 0) return counted(field, elements, rowCount);
  counted(field, field.validData, rowCount);
  counted(field, elements, field.validData.filter(Boolean).length);
  let next = 0;
  return field.validData.map((isValid) => (isValid ? elements[next++] : null));
}

function counted<Element>(field: FieldData, elements: readonly Element[], count: number): readonly Element[] {
  if (elements.length !== count) throw new Error(`${field.fieldName}: ${elements.length} elements instead of ${count}`);
  return elements;
}

function elementsOf({ field, fieldName }: FieldData): readonly unknown[] {
  if (field?.$case === 'vectors') {
    const { dim, data } = field.value;
    if (data?.$case === 'binaryVector') {
      const bytes = Number(dim) / 8;
      const rows = data.value.length / bytes;
      return Array.from({ length: rows }, (_, row) => [...data.value.subarray(row * bytes, (row + 1) * bytes)]);
    }
    if (data?.$case === 'sparseFloatVector') return data.value.contents.map((row) => sparseOf(row, data.value.dim));
    const numbers = numbersOf(data);
    const size = Number(dim);
    if (numbers.length % size !== 0) throw new Error(`${fieldName}: ${numbers.length} numbers for dim ${size}`);
    return Array.from({ length: numbers.length / size }, (_, index) => numbers.slice(index * size, (index + 1) * size));
  }
  return scalarsOf(fieldName, field?.value);
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
