import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Column, type EntityBatch, FieldType, type SchemaVersion } from '@millrace/contracts';
import { f32ArrayToBf16Bytes, f32ArrayToF16Bytes } from '@zilliz/milvus2-sdk-node';

export interface TestField {
  readonly name: string;
  readonly type: FieldType;
  readonly dim?: number;
  /** Arrays. */
  readonly elementType?: FieldType;
  /** Nullable, or with a default. */
  readonly hasValidity?: boolean;
  readonly isDynamic?: boolean;
  /** Arrays of structs; the types are those of the elements. */
  readonly members?: readonly TestField[];
}

type TestScalar = boolean | number | bigint | string;
/** Values by index. */
export type TestSparse = Readonly<Record<string, number>>;
export type TestStruct = Readonly<Record<string, TestScalar | readonly TestScalar[]>>;
export type TestValue = TestScalar | readonly TestScalar[] | TestSparse | readonly TestStruct[] | null;
export type TestRow = Readonly<Record<string, TestValue>>;

/** A delete among rows. */
export class DeletedKey {
  readonly key: bigint | string;

  constructor(key: bigint | string) {
    this.key = key;
  }
}

export type TestEntry = TestRow | DeletedKey;

/** Appends one element to a run as inserter.proto says, by the protobuf library's own writer and Milvus's own SDK. */
const append: Record<FieldType, (writer: BinaryWriter, value: never, elementType: FieldType) => void> = {
  [FieldType.UNSPECIFIED]: () => {},
  [FieldType.BOOL]: (writer, value: boolean) => writer.bool(value),
  [FieldType.INT8]: (writer, value: number) => writer.int32(value),
  [FieldType.INT16]: (writer, value: number) => writer.int32(value),
  [FieldType.INT32]: (writer, value: number) => writer.int32(value),
  [FieldType.INT64]: (writer, value: bigint) => writer.int64(value),
  [FieldType.FLOAT]: (writer, value: number) => writer.float(value),
  [FieldType.DOUBLE]: (writer, value: number) => writer.double(value),
  [FieldType.VARCHAR]: (writer, value: string) => writer.uint32(0x0a).string(value),
  [FieldType.ARRAY]: (writer, value: readonly TestScalar[], elementType) => {
    writer.uint32(0x0a).bytes(scalarField(elementType, value));
  },
  [FieldType.TEXT]: (writer, value: string) => writer.uint32(0x0a).string(value),
  [FieldType.TIMESTAMPTZ]: (writer, value: string) => writer.uint32(0x0a).string(value),
  [FieldType.GEOMETRY]: (writer, value: string) => writer.uint32(0x0a).string(value),
  [FieldType.JSON]: (writer, value: string) => writer.uint32(0x0a).string(value),
  [FieldType.BINARY_VECTOR]: (writer, value: readonly number[]) => writer.raw(Uint8Array.from(value)),
  [FieldType.FLOAT16_VECTOR]: (writer, value: readonly number[]) => writer.raw(f32ArrayToF16Bytes([...value])),
  [FieldType.BFLOAT16_VECTOR]: (writer, value: readonly number[]) => writer.raw(f32ArrayToBf16Bytes([...value])),
  [FieldType.SPARSE_FLOAT_VECTOR]: (writer, value: TestSparse) => writer.uint32(0x0a).bytes(sparseBytes(value)),
  [FieldType.INT8_VECTOR]: (writer, value: readonly number[]) => writer.raw(Uint8Array.from(value)),
  [FieldType.FLOAT_VECTOR]: (writer, value: readonly number[]) => {
    for (const number of value) writer.float(number);
  },
  // Members of structs are put together where their struct is.
  [FieldType.ARRAY_OF_VECTOR]: () => {},
  [FieldType.ARRAY_OF_STRUCT]: () => {},
};

/** Milvus's ScalarField with these values, by the protobuf library's own writer. */
function scalarField(elementType: FieldType, values: readonly TestScalar[]): Uint8Array {
  const member = scalarMembers[elementType] ?? 0;
  const isPacked = elementType !== FieldType.VARCHAR;
  const writer = new BinaryWriter().uint32(member * 8 + 2).fork();
  if (isPacked && values.length > 0) writer.uint32(0x0a).fork();
  for (const value of values) append[elementType](writer, value as never, 0);
  if (isPacked && values.length > 0) writer.join();
  return writer.join().finish();
}

const scalarMembers: Readonly<Record<number, number>> = {
  [FieldType.BOOL]: 1,
  [FieldType.INT8]: 2,
  [FieldType.INT16]: 2,
  [FieldType.INT32]: 2,
  [FieldType.INT64]: 3,
  [FieldType.FLOAT]: 4,
  [FieldType.DOUBLE]: 5,
  [FieldType.VARCHAR]: 6,
};

const vectorMembers: Readonly<Record<number, number>> = {
  [FieldType.FLOAT_VECTOR]: 2,
  [FieldType.BINARY_VECTOR]: 3,
  [FieldType.FLOAT16_VECTOR]: 4,
  [FieldType.BFLOAT16_VECTOR]: 5,
  [FieldType.INT8_VECTOR]: 7,
};

/** Milvus's VectorField with these vectors one behind the other. */
function vectorField(type: FieldType, dim: number, vectors: readonly unknown[]): Uint8Array {
  const body = new BinaryWriter();
  for (const vector of vectors) append[type](body, vector as never, 0);
  const bytes = body.finish();
  const isFloat = type === FieldType.FLOAT_VECTOR && bytes.length > 0;
  const packed = isFloat ? new BinaryWriter().uint32(0x0a).bytes(bytes).finish() : bytes;
  return new BinaryWriter()
    .uint32(0x08)
    .int64(dim)
    .uint32((vectorMembers[type] ?? 0) * 8 + 2)
    .bytes(packed)
    .finish();
}

/** The columns of an Array of Struct. */
function memberColumns(struct: TestField, values: readonly TestValue[]): readonly Column[] {
  return (struct.members ?? []).map((member) => {
    const isVector = vectorMembers[member.type] !== undefined;
    const writer = new BinaryWriter();
    for (const value of values) {
      if (value === null) continue;
      const elements = (value as readonly TestStruct[]).map((element) => element[member.name]);
      if (isVector) writer.uint32(0x12).bytes(vectorField(member.type, member.dim ?? 0, elements));
      else writer.uint32(0x0a).bytes(scalarField(member.type, elements as readonly TestScalar[]));
    }
    return {
      fieldName: member.name,
      structName: struct.name,
      type: isVector ? FieldType.ARRAY_OF_VECTOR : FieldType.ARRAY,
      elements: Buffer.from(writer.finish()),
      valid: validity(struct, values),
      dim: member.dim ?? 0,
      isDynamic: false,
      elementType: member.type,
    };
  });
}

/** Pairs of index and value; the engine lists such keys in ascending order. */
function sparseBytes(vector: TestSparse): Uint8Array {
  const entries = Object.entries(vector);
  const bytes = Buffer.alloc(8 * entries.length);
  for (const [at, [index, value]] of entries.entries()) {
    bytes.writeUInt32LE(Number(index), 8 * at);
    bytes.writeFloatLE(value, 8 * at + 4);
  }
  return bytes;
}

/** The largest index of all vectors, plus 1. */
function sparseDim(values: readonly TestValue[]): number {
  const indices = values.flatMap((value) => Object.keys(value ?? {}).map(Number));
  return indices.reduce((most, index) => Math.max(most, index + 1), 0);
}

export function column(field: TestField, values: readonly TestValue[]): Column {
  const writer = new BinaryWriter();
  for (const value of values) if (value !== null) append[field.type](writer, value as never, field.elementType ?? 0);
  return {
    fieldName: field.name,
    type: field.type,
    elements: Buffer.from(writer.finish()),
    valid: validity(field, values),
    dim: field.type === FieldType.SPARSE_FLOAT_VECTOR ? sparseDim(values) : (field.dim ?? 0),
    isDynamic: field.isDynamic ?? false,
    structName: '',
    elementType: field.elementType ?? FieldType.UNSPECIFIED,
  };
}

function validity({ hasValidity }: TestField, values: readonly TestValue[]): Buffer {
  return hasValidity ? Buffer.from(values.map((value) => (value === null ? 0 : 1))) : Buffer.alloc(0);
}

export interface BatchOptions {
  readonly sequence?: bigint;
  readonly firstOffset?: bigint;
  readonly version?: SchemaVersion;
  readonly notAfterMs?: number;
  readonly traceparent?: string;
}

/** A batch as the validator would send it; of deletes, the key is the first field's. */
export function entityBatch(
  fields: readonly TestField[],
  entries: readonly TestEntry[],
  options: BatchOptions = {},
): EntityBatch {
  const numbered = entries.map((entry, index) => ({ entry, delta: BigInt(index) }));
  const rows = numbered.flatMap(({ entry, delta }) => (entry instanceof DeletedKey ? [] : [{ row: entry, delta }]));
  const deletes = numbered.flatMap(({ entry, delta }) =>
    entry instanceof DeletedKey ? [{ key: entry.key, delta }] : [],
  );
  const columns = fields.flatMap((field) => {
    const values = rows.map(({ row }) => row[field.name] ?? null);
    return field.members ? memberColumns(field, values) : [column(field, values)];
  });
  const [keyField] = fields;
  const keys =
    deletes.length > 0 &&
    keyField &&
    column(
      keyField,
      deletes.map(({ key }) => key),
    );
  const runs = [...columns, ...(keys ? [keys] : [])];
  const bytes = runs.reduce((sum, { elements, valid }) => sum + elements.length + valid.length, 16 * entries.length);
  return {
    sequence: options.sequence ?? 1n,
    rowCount: rows.length,
    firstOffset: options.firstOffset ?? 0n,
    offsetDeltas: rows.map(({ delta }) => delta),
    columns,
    schemaVersion: options.version ?? { collectionId: 1n, schemaTimestamp: 0n, fingerprint: 'f' },
    notAfterUnixMs: BigInt(options.notAfterMs ?? Date.now() + 10_000),
    traceparent: options.traceparent ?? '',
    tracestate: '',
    byteCount: BigInt(bytes),
    deletes: keys ? { offsetDeltas: deletes.map(({ delta }) => delta), keys } : undefined,
  };
}
