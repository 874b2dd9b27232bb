import type { UpsertRequest } from '@millrace/contracts/milvus';

export type FakeRow = Readonly<Record<string, unknown>>;
type FieldData = UpsertRequest['fieldsData'][number];
type ScalarField = Extract<FieldData['field'], { $case: 'scalars' }>['value'];

/**
 * The rows of a write as values: bigint for Int64, number, boolean, string (VarChar and JSON text), arrays of these for
 * Array, number[] for vectors,
 * null where validity says so.
 *
 * @throws Error when a field does not hold exactly one element for each row that has a value
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
    const numbers = data?.$case === 'int8Vector' ? [...new Int8Array(data.value)] : (data?.value.data ?? []);
    const size = Number(dim);
    if (numbers.length % size !== 0) throw new Error(`${fieldName}: ${numbers.length} numbers for dim ${size}`);
    return Array.from({ length: numbers.length / size }, (_, index) => numbers.slice(index * size, (index + 1) * size));
  }
  return scalarsOf(fieldName, field?.value);
}

function scalarsOf(fieldName: string, field: ScalarField | undefined): readonly unknown[] {
  const data = field?.data;
  if (!data) throw new Error(`${fieldName}: no data`);
  if (data.$case === 'arrayData') return data.value.data.map((row) => scalarsOf(fieldName, row));
  return data.$case === 'jsonData' ? data.value.data.map((bytes) => bytes.toString()) : data.value.data;
}
