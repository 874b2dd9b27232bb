import { type Field, FieldType, isAtLeast, type MilvusVersion, type ServerVersion } from '@millrace/contracts';
import type { RecordFieldType } from './table.ts';

interface Since {
  /** The Milvus version that has the type; undefined where every one that is served has it. */
  readonly milvus: MilvusVersion | undefined;
  /** The one that has it nullable, or with a default. */
  readonly nullable: MilvusVersion;
  /** Whether Milvus Lite has it (3.2.2 is the one that was measured). */
  readonly isInLite: boolean;
}

/**
 * Which servers have a type, by Milvus's own documentation: a name in its enum is no shipped type. Text needs
 * `common.storage.useLoonFFI` of the server besides, which a description does not tell.
 */
const typesSince: Readonly<Record<RecordFieldType, Since>> = {
  [FieldType.BOOL]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.INT8]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.INT16]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.INT32]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.INT64]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.FLOAT]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.DOUBLE]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.VARCHAR]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.ARRAY]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.JSON]: { milvus: undefined, nullable: '2.5', isInLite: true },
  [FieldType.GEOMETRY]: { milvus: '2.6.4', nullable: '2.6.4', isInLite: true },
  [FieldType.TEXT]: { milvus: '3.0', nullable: '3.0', isInLite: false },
  [FieldType.TIMESTAMPTZ]: { milvus: '2.6.6', nullable: '2.6.6', isInLite: true },
  [FieldType.BINARY_VECTOR]: { milvus: undefined, nullable: '3.0', isInLite: false },
  [FieldType.FLOAT_VECTOR]: { milvus: undefined, nullable: '3.0', isInLite: true },
  [FieldType.FLOAT16_VECTOR]: { milvus: undefined, nullable: '3.0', isInLite: false },
  [FieldType.BFLOAT16_VECTOR]: { milvus: '2.4', nullable: '3.0', isInLite: false },
  [FieldType.SPARSE_FLOAT_VECTOR]: { milvus: '2.4', nullable: '3.0', isInLite: true },
  [FieldType.INT8_VECTOR]: { milvus: '2.6', nullable: '3.0', isInLite: false },
  [FieldType.ARRAY_OF_STRUCT]: { milvus: '2.6.4', nullable: '3.0', isInLite: false },
};

/** Sparse vectors without entries. */
const emptySparseSince: MilvusVersion = '2.4.12';

/** Milvus's names of the types that have no file here, also where the SDK does not know them yet. */
const foreignTypeNames: Readonly<Record<number, string>> = {
  27: 'Mol',
  28: 'Date',
  29: 'Time',
  30: 'Decimal',
  31: 'UUID',
};

/** The type of a field in Milvus's words. */
export function typeNameOf({ typeCode, typeName }: Field): string {
  return (
    foreignTypeNames[typeCode] ?? (typeName === '' || typeName === String(typeCode) ? `type ${typeCode}` : typeName)
  );
}

/** What a server does not have that the field needs, in words; undefined where nothing is missing. */
export function missingOn(server: ServerVersion, field: Field, type: RecordFieldType): string | undefined {
  const { milvus, nullable, isInLite } = typesSince[type];
  if (server.product === 'milvus-lite') return isInLite ? undefined : `${typeNameOf(field)} is not in Milvus Lite`;
  const isOptional = field.isNullable || field.hasDefault;
  if (isOptional && !isAtLeast(server, nullable)) {
    const what = field.isNullable ? 'nullable' : 'with a default';
    return `${typeNameOf(field)}, ${what}, needs Milvus ${nullable}`;
  }
  return milvus === undefined || isAtLeast(server, milvus) ? undefined : `${typeNameOf(field)} needs Milvus ${milvus}`;
}

/** The least that a server takes as a sparse vector: none at all, an entry of any value, or a value that is not zero. */
export type SparseLeast = 'nothing' | 'an entry' | 'a value above zero';

export function sparseLeastOf(server: ServerVersion): SparseLeast {
  if (server.product === 'milvus-lite') return 'a value above zero';
  return isAtLeast(server, emptySparseSince) ? 'nothing' : 'an entry';
}

/** Why a server takes no null in a field of the type, although it calls the field nullable. */
export function nullRefusalOf(server: ServerVersion, type: FieldType): string | undefined {
  const isRefused = server.product === 'milvus-lite' && type === FieldType.SPARSE_FLOAT_VECTOR;
  return isRefused ? 'Milvus Lite takes no null in a sparse vector' : undefined;
}
