import { FieldType } from '@millrace/contracts';
import { varint64, varintSize, writeVarint } from './varint.ts';

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
  readonly columns: readonly RequestColumn[];
  readonly rowCount: number;
  /** Zero where the server keeps none. */
  readonly schemaTimestamp: bigint;
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

/** A message being put together: pieces of bytes, and lengths that stand before what they measure. */
type Piece = Buffer | number;

/**
 * The bytes of Milvus's InsertRequest or UpsertRequest (milvus.proto): 2 database, 3 collection, 5 fields, 7 rows,
 * 8 schema timestamp. Both have the same layout as far as it is used. Vectors are copied once, into one buffer of
 * the exact size, and never decoded.
 */
export function encodeWriteRequest(request: WriteRequest): Buffer {
  const pieces: Piece[] = [
    ...textField(2, request.database),
    ...textField(3, request.collection),
    ...request.columns.flatMap((column) => delimited(5, fieldData(column))),
    ...countField(7, request.rowCount),
    ...(request.schemaTimestamp > 0n ? [tag(8, 0), varint64(request.schemaTimestamp)] : []),
  ];
  const bytes = Buffer.allocUnsafe(sizeOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === 'number') at = writeVarint(bytes, piece, at);
    else at += piece.copy(bytes, at);
  }
  return bytes;
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

function packedField(field: number, runs: readonly Buffer[]): Piece[] {
  return runs.some((run) => run.length > 0) ? delimited(field, [...runs]) : [];
}

function countField(field: number, count: number): Piece[] {
  return count > 0 ? [tag(field, 0), count] : [];
}

function textField(field: number, text: string): Piece[] {
  return text === '' ? [] : delimited(field, [Buffer.from(text)]);
}

function delimited(field: number, body: Piece[]): Piece[] {
  return [tag(field, 2), sizeOf(body), ...body];
}

function tag(field: number, wireType: 0 | 2): number {
  return field * 8 + wireType;
}

function sizeOf(pieces: readonly Piece[]): number {
  let size = 0;
  for (const piece of pieces) size += typeof piece === 'number' ? varintSize(piece) : piece.length;
  return size;
}
