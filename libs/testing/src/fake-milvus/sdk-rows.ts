import { bf16BytesToF32Array, f16BytesToF32Array } from '@zilliz/milvus2-sdk-node';
import { type FakeRow, sparseOf, zipStructs } from './decode-rows.ts';
import { decodeWithSdk } from './sdk-messages.ts';

/** Field data as the SDK's declaration of Milvus's messages reads it; `data` names the member of the oneof. */
interface SdkField {
  readonly field_name: string;
  readonly scalars?: SdkScalars;
  readonly vectors?: SdkVectors;
  readonly struct_arrays?: { readonly fields?: readonly SdkField[] };
  readonly valid_data?: readonly boolean[];
}

type SdkVectors = SdkScalars & { readonly dim?: string };
type SdkScalars = { readonly data: string } & Readonly<Record<string, unknown>>;
type SdkArray = { readonly data?: readonly unknown[]; readonly element_type?: string };

/**
 * The rows of an Upsert, decoded with the message types that Milvus's own SDK ships and no type of this project: bigint
 * for Int64, number, boolean, string (VarChar, Text, JSON, Geometry and Timestamptz), arrays for Array and vectors (bytes
 * for BinaryVector), values by index for sparse vectors, objects for structs, null where validity says so.
 */
export function decodeRowsWithSdk(bytes: Buffer): readonly FakeRow[] {
  const request = decodeWithSdk('Upsert', bytes) as {
    readonly num_rows?: number;
    readonly fields_data?: readonly SdkField[];
  };
  const rowCount = request.num_rows ?? 0;
  const columns = (request.fields_data ?? []).map((field) => [field.field_name, columnOf(field, rowCount)] as const);
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]])),
  );
}

function columnOf(field: SdkField, rowCount: number): readonly unknown[] {
  if (field.struct_arrays) {
    const members = (field.struct_arrays.fields ?? []).map((one) => [one.field_name, columnOf(one, rowCount)] as const);
    return zipStructs(field.field_name, members, rowCount);
  }
  const elements = field.scalars ? scalarsOf(field.scalars) : vectorsOf(field);
  const { valid_data: valid = [] } = field;
  const wanted = valid.length > 0 ? valid.filter(Boolean).length : rowCount;
  if (elements.length !== wanted || (valid.length > 0 && valid.length !== rowCount)) {
    throw new Error(`${field.field_name}: ${elements.length} elements, ${valid.length} validities, ${rowCount} rows`);
  }
  let next = 0;
  return valid.length > 0 ? valid.map((isValid) => (isValid ? elements[next++] : null)) : elements;
}

function scalarsOf(scalars: SdkScalars): readonly unknown[] {
  const { data = [] } = scalars[scalars.data] as SdkArray;
  if (scalars.data === 'array_data') return data.map((element) => scalarsOf(element as SdkScalars));
  if (scalars.data === 'long_data') return data.map((number) => BigInt(String(number)));
  if (scalars.data === 'json_data') return data.map((text) => (text as Buffer).toString());
  return data;
}

function vectorsOf({ field_name: name, vectors }: SdkField): readonly unknown[] {
  if (!vectors) throw new Error(`${name}: no data`);
  return readVectors(vectors);
}

function readVectors(vectors: SdkVectors): readonly unknown[] {
  const read = vectorReaders[vectors.data];
  if (!read) throw new Error(`no reader for ${vectors.data}`);
  return read(vectors[vectors.data], Number(vectors.dim ?? 0));
}

type VectorReader = (data: unknown, dim: number) => readonly unknown[];

/** By the member of VectorField that holds the vectors of all rows. */
const vectorReaders: Readonly<Record<string, VectorReader>> = {
  float_vector: (data, dim) => inRows((data as SdkArray).data ?? [], dim),
  binary_vector: (data, dim) => inRows([...(data as Buffer)], dim / 8),
  int8_vector: (data, dim) => inRows([...new Int8Array(data as Buffer)], dim),
  float16_vector: (data, dim) => inRows(f16BytesToF32Array(data as Buffer), dim),
  bfloat16_vector: (data, dim) => inRows(bf16BytesToF32Array(data as Buffer), dim),
  sparse_float_vector: (data) => {
    const { contents = [], dim = '0' } = data as { readonly contents?: readonly Buffer[]; readonly dim?: string };
    return contents.map((row) => sparseOf(row, BigInt(dim)));
  },
  vector_array: (data) => ((data as SdkArray).data ?? []).map((row) => readVectors(row as SdkVectors)),
};

function inRows(all: readonly unknown[], size: number): readonly unknown[] {
  return Array.from({ length: all.length / size }, (_, row) => all.slice(row * size, (row + 1) * size));
}
