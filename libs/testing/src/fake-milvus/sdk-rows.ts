import type { ServiceDefinition } from '@grpc/grpc-js';
import { getGRPCService } from '@zilliz/milvus2-sdk-node';
import type { FakeRow } from './decode-rows.ts';

/** Field data as the SDK's declaration of Milvus's messages reads it; `data` names the member of the oneof. */
interface SdkField {
  readonly field_name: string;
  readonly scalars?: SdkScalars;
  readonly vectors?: SdkScalars & { readonly dim: string };
  readonly valid_data?: readonly boolean[];
}

type SdkScalars = { readonly data: string } & Readonly<Record<string, unknown>>;
type SdkArray = { readonly data?: readonly unknown[]; readonly element_type?: string };

const loader = { keepCase: true, longs: String, enums: String, defaults: false, oneofs: true };
let declared: ServiceDefinition | undefined;

/**
 * The rows of an Upsert, decoded with the message types that Milvus's own SDK ships and no type of this project: bigint
 * for Int64, number, boolean, string (VarChar, JSON, Geometry and Timestamptz text), arrays for Array, BinaryVector, FloatVector and Int8Vector,
 * null where validity says so.
 */
export function decodeRowsWithSdk(bytes: Buffer): readonly FakeRow[] {
  declared ??= (
    getGRPCService({ serviceName: 'milvus.proto.milvus.MilvusService' }, loader) as unknown as {
      service: ServiceDefinition;
    }
  ).service;
  const request = declared.Upsert?.requestDeserialize(bytes) as {
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
  if (vectors?.data === 'int8_vector') return signedVectors(vectors.int8_vector as Buffer, Number(vectors.dim));
  if (vectors?.data === 'binary_vector') {
    const all = [...(vectors.binary_vector as Buffer)];
    const bytes = Number(vectors.dim) / 8;
    return Array.from({ length: all.length / bytes }, (_, row) => all.slice(row * bytes, (row + 1) * bytes));
  }
  if (vectors?.data !== 'float_vector') throw new Error(`${name}: only vectors of bits, Float and Int8 are read here`);
  const { data = [] } = vectors.float_vector as SdkArray;
  const size = Number(vectors.dim);
  return Array.from({ length: data.length / size }, (_, row) => data.slice(row * size, (row + 1) * size));
}

function signedVectors(bytes: Buffer, dim: number): readonly unknown[] {
  const all = [...new Int8Array(bytes)];
  return Array.from({ length: all.length / dim }, (_, row) => all.slice(row * dim, (row + 1) * dim));
}
