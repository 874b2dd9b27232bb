import { FieldType } from '@millrace/contracts';
import { countField, delimited, joinPieces, type Piece, packedField, tag, textField } from './message-pieces.ts';
import { varint64 } from './varint.ts';

/** One field of a write; `elements` and `valid` are the pieces of its run, in order. */
export interface RequestColumn {
  readonly name: string;
  readonly type: FieldType;
  /** Vectors; of sparse ones at least the largest index plus 1. */
  readonly dim: number;
  /** Arrays; UNSPECIFIED otherwise. */
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
type VectorSlot = { readonly vector: number } | 'float vector' | 'sparse vector';

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
    ...request.columns.flatMap((column) => delimited(5, fieldData(column))),
    ...countField(7, request.rowCount),
    ...(request.schemaTimestamp > 0n ? [tag(8, 0), varint64(request.schemaTimestamp)] : []),
    ...(request.partialUpdate ? [tag(9, 0), 1] : []),
  ]);
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

/** Milvus's VectorField: 1 dim, then the member of the type; the array of sparse vectors has its own dim, 2, besides. */
function vectors(slot: VectorSlot, column: RequestColumn): Piece[] {
  const dim = countField(1, column.dim);
  if (slot === 'float vector') return delimited(4, [...dim, ...delimited(2, packedField(1, column.elements))]);
  if (slot === 'sparse vector') {
    return delimited(4, [...dim, ...delimited(6, [...column.elements, ...countField(2, column.dim)])]);
  }
  return delimited(4, [...dim, ...delimited(slot.vector, [...column.elements])]);
}
