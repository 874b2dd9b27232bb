import { FieldType } from '@millrace/contracts';
import { countField, delimited, joinPieces, type Piece, packedField, tag, textField } from './message-pieces.ts';
import { varint64 } from './varint.ts';

/** One field of a write; `elements` and `valid` are the pieces of its run, in order. */
export interface RequestColumn {
  readonly name: string;
  /** The Array of Struct that it is a member of; empty for none. The members of one stand together. */
  readonly structName: string;
  readonly type: FieldType;
  /** Vectors; of sparse ones at least the largest index plus 1. */
  readonly dim: number;
  /** Arrays, also of vectors; UNSPECIFIED otherwise. */
  readonly elementType: FieldType;
  readonly isDynamic: boolean;
  readonly elements: readonly Buffer[];
  readonly valid: readonly Buffer[];
}

export interface WriteRequest {
  /** Empty: the server's default. */
  readonly database: string;
  readonly collection: string;
  /** Empty: the default one, or the one that the partition key chooses. */
  readonly partition: string;
  readonly columns: readonly RequestColumn[];
  readonly rowCount: number;
  /** Zero where the server keeps none. */
  readonly schemaTimestamp: bigint;
  /** Upsert only: fields without a column keep their values. */
  readonly partialUpdate: boolean;
}

/**
 * Where a type's elements go: the field of Milvus's ScalarField, whether they are packed or tagged one by one, and the
 * field behind them that names the type of an array's elements.
 */
type Slot = ScalarSlot | VectorSlot;
type ScalarSlot = { readonly scalar: number; readonly packed: boolean; readonly elementType?: number };
type VectorSlot = { readonly vector: number } | 'float vector' | 'sparse vector' | 'vector array';

const slots: Record<FieldType, Slot | undefined> = {
  [FieldType.UNSPECIFIED]: undefined,
  [FieldType.BOOL]: { scalar: 1, packed: true },
  [FieldType.INT8]: { scalar: 2, packed: true },
  [FieldType.INT16]: { scalar: 2, packed: true },
  [FieldType.INT32]: { scalar: 2, packed: true },
  [FieldType.INT64]: { scalar: 3, packed: true },
  [FieldType.FLOAT]: { scalar: 4, packed: true },
  [FieldType.DOUBLE]: { scalar: 5, packed: true },
  [FieldType.VARCHAR]: { scalar: 6, packed: false },
  [FieldType.ARRAY]: { scalar: 8, packed: false, elementType: 2 },
  [FieldType.TEXT]: { scalar: 6, packed: false },
  [FieldType.TIMESTAMPTZ]: { scalar: 6, packed: false },
  [FieldType.GEOMETRY]: { scalar: 12, packed: false },
  [FieldType.JSON]: { scalar: 9, packed: false },
  [FieldType.BINARY_VECTOR]: { vector: 3 },
  [FieldType.FLOAT_VECTOR]: 'float vector',
  [FieldType.FLOAT16_VECTOR]: { vector: 4 },
  [FieldType.BFLOAT16_VECTOR]: { vector: 5 },
  [FieldType.SPARSE_FLOAT_VECTOR]: 'sparse vector',
  [FieldType.INT8_VECTOR]: { vector: 7 },
  [FieldType.ARRAY_OF_VECTOR]: 'vector array',
  [FieldType.ARRAY_OF_STRUCT]: undefined,
};

/**
 * The bytes of Milvus's InsertRequest or UpsertRequest (milvus.proto): 2 database, 3 collection, 4 partition, 5 fields,
 * 7 rows, 8 schema timestamp; Upsert 9 partial update. Both have the same layout as far as it is used. Vectors are copied
 * once, into one buffer of the exact size, and never decoded.
 */
export function encodeWriteRequest(request: WriteRequest): Buffer {
  return joinPieces([
    ...textField(2, request.database),
    ...textField(3, request.collection),
    ...textField(4, request.partition),
    ...fieldsOf(request.columns).flatMap((field) => delimited(5, field)),
    ...countField(7, request.rowCount),
    ...(request.schemaTimestamp > 0n ? [tag(8, 0), varint64(request.schemaTimestamp)] : []),
    ...(request.partialUpdate ? [tag(9, 0), 1] : []),
  ]);
}

/** Each field of the collection as Milvus's FieldData; the members of a struct are the fields of one. */
function fieldsOf(columns: readonly RequestColumn[]): readonly Piece[][] {
  const fields: Piece[][] = [];
  for (let at = 0; at < columns.length; ) {
    const { structName } = columns[at] ?? {};
    const next = structName
      ? columns.findIndex((column, index) => index > at && column.structName !== structName)
      : at + 1;
    const end = next === -1 ? columns.length : next;
    const members = columns.slice(at, end).map(fieldData);
    fields.push(structName ? structData(structName, members) : members.flat());
    at = end;
  }
  return fields;
}

/** Milvus's FieldData of an Array of Struct: 1 type, 2 name, 8 the members, of which each is a FieldData. */
function structData(name: string, members: readonly Piece[][]): Piece[] {
  const fields = members.flatMap((member) => delimited(1, member));
  return [tag(1, 0), FieldType.ARRAY_OF_STRUCT, ...textField(2, name), ...delimited(8, fields)];
}

/** Milvus's FieldData: 1 type, 2 name, 3 scalars or 4 vectors, 6 is_dynamic, 7 valid_data. */
function fieldData(column: RequestColumn): Piece[] {
  const slot = slots[column.type];
  if (!slot) throw new Error(`field ${column.name} has type ${column.type}, which cannot be written`);
  return [
    tag(1, 0),
    column.type,
    ...textField(2, column.name),
    ...(typeof slot === 'object' && 'scalar' in slot ? scalars(slot, column) : vectors(slot, column)),
    ...(column.isDynamic ? [tag(6, 0), 1] : []),
    ...packedField(7, column.valid),
  ];
}

/** Milvus's ScalarField. */
function scalars(slot: ScalarSlot, column: RequestColumn): Piece[] {
  const elements = slot.packed ? packedField(1, column.elements) : column.elements;
  const elementType = slot.elementType === undefined ? [] : [tag(slot.elementType, 0), column.elementType];
  return delimited(3, delimited(slot.scalar, [...elements, ...elementType]));
}

/**
 * Milvus's VectorField: 1 dim, then the member of the type. Sparse vectors have their own dim, 2, besides. Arrays of
 * vectors have theirs, 1, instead (pymilvus writes no other), then one VectorField a row, 2, and their type, 3.
 */
function vectors(slot: VectorSlot, column: RequestColumn): Piece[] {
  const dim = countField(1, column.dim);
  if (slot === 'vector array') {
    return delimited(4, delimited(8, [...dim, ...column.elements, tag(3, 0), column.elementType]));
  }
  if (slot === 'float vector') return delimited(4, [...dim, ...delimited(2, packedField(1, column.elements))]);
  if (slot === 'sparse vector') {
    return delimited(4, [...dim, ...delimited(6, [...column.elements, ...countField(2, column.dim)])]);
  }
  return delimited(4, [...dim, ...delimited(slot.vector, [...column.elements])]);
}
