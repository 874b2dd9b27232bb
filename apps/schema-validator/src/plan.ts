import {
  type Collection,
  type Field as CollectionField,
  type Failure,
  FieldType,
  InsertMode,
  type SchemaVersion,
  type ServerVersion,
  serverVersionOf,
} from '@millrace/contracts';
import type { ColumnLayout } from './column-builder.ts';
import { failure } from './failures.ts';
import { isArrayElementType } from './fields/array.ts';
import { dynamicFieldName } from './fields/dynamic.ts';
import type { Field, FieldPlan } from './fields/field.ts';
import { missingOn, nullRefusalOf, sparseLeastOf, typeNameOf } from './fields/since.ts';
import { fields as fieldTable, isRecordFieldType } from './fields/table.ts';
import { memberPath } from './shown-text.ts';

/** How the records of a lane become columns of its collection. */
export interface Plan {
  readonly version: SchemaVersion | undefined;
  /** Never unspecified. */
  readonly insertMode: InsertMode;
  /** The fields that records fill, in the collection's order. */
  readonly fields: readonly PlannedField[];
  /** The primary key among `fields`; -1 where Milvus makes the key. */
  readonly keyIndex: number;
  /** Index into `fields` by name. */
  readonly indexByName: ReadonlyMap<string, number>;
  /** Fields that Milvus fills in, with the reason in words. */
  readonly generated: ReadonlyMap<string, string>;
  /** The dynamic field's column, where the collection has one. */
  readonly dynamic: ColumnLayout | undefined;
}

export interface PlannedField {
  readonly plan: FieldPlan;
  readonly field: Field;
}

export type Planning = { readonly plan: Plan } | { readonly failure: Failure };

/**
 * Makes the plan, or says by name what stands against it. An unset insert mode is upsert, or insert where the
 * collection makes its own keys: an upsert there would give the row a new key each time (facts of Milvus).
 */
export function planCollection(collection: Collection, wanted: InsertMode): Planning {
  const key = collection.fields.find((field) => field.isPrimaryKey);
  const autoId = key?.isAutoId ? key : undefined;
  if (autoId && wanted === InsertMode.UPSERT) {
    return {
      failure: failure(
        'V102',
        `collection \`${collection.name}\` makes its own keys (autoID on \`${autoId.name}\`), so it cannot be upserted into`,
      ),
    };
  }
  const planned: PlannedField[] = [];
  const generated = new Map<string, string>();
  const unsupported: string[] = [];
  const server = serverVersionOf(collection.serverVersion);
  const missing: string[] = [];
  for (const field of collection.fields) {
    if (field === autoId) generated.set(field.name, 'Milvus makes the key itself (autoID)');
    else if (field.isFunctionOutput)
      generated.set(field.name, 'Milvus computes it from other fields (function output)');
    else if (isRecordFieldType(field.typeCode) && hasKnownElements(field)) {
      const lack = missingOn(server, field, field.typeCode);
      if (lack !== undefined) missing.push(`\`${field.name}\` (${lack})`);
      planned.push({ plan: planField(field, field.typeCode, server), field: fieldTable[field.typeCode] });
    } else unsupported.push(`\`${field.name}\` (${typeText(field)})`);
  }
  if (unsupported.length > 0) return { failure: refuseTypes(collection, unsupported) };
  if (missing.length > 0) return { failure: refuseServer(collection, missing) };
  const plan: Plan = {
    version: collection.version,
    insertMode: autoId ? InsertMode.INSERT : wanted || InsertMode.UPSERT,
    fields: planned,
    keyIndex: planned.findIndex(({ plan: { name } }) => name === key?.name),
    indexByName: new Map(planned.map(({ plan: { name } }, index) => [name, index])),
    generated,
    dynamic: collection.hasDynamicField ? dynamicLayout : undefined,
  };
  return { plan };
}

const dynamicLayout: ColumnLayout = {
  name: dynamicFieldName,
  type: FieldType.JSON,
  dim: 0,
  elementType: FieldType.UNSPECIFIED,
  hasValidity: false,
  isDynamic: true,
};

function planField(field: CollectionField, type: FieldType, server: ServerVersion): FieldPlan {
  const { name, dim, maxLength, maxCapacity, elementTypeCode } = field;
  const hasValidity = field.isNullable || field.hasDefault;
  const nullRefusal = hasValidity ? nullRefusalOf(server, type) : undefined;
  return {
    name,
    path: memberPath('$', name),
    type,
    dim,
    maxLength,
    maxCapacity,
    elementType: isArrayElementType(elementTypeCode) ? elementTypeCode : FieldType.UNSPECIFIED,
    sparseLeast: sparseLeastOf(server),
    isNullable: field.isNullable && nullRefusal === undefined,
    hasDefault: field.hasDefault && nullRefusal === undefined,
    nullRefusal,
    hasValidity,
    isDynamic: false,
  };
}

function hasKnownElements(field: CollectionField): boolean {
  return field.typeCode !== FieldType.ARRAY || isArrayElementType(field.elementTypeCode);
}

function typeText(field: CollectionField): string {
  const name = typeNameOf(field);
  return field.typeCode === FieldType.ARRAY ? `${name} of type ${field.elementTypeCode}` : name;
}

function refuseTypes(collection: Collection, unsupported: readonly string[]): Failure {
  const server = collection.serverVersion ? ` (server ${collection.serverVersion})` : '';
  const what = unsupported.length === 1 ? 'a field of a type that is' : 'fields of types that are';
  const listed = unsupported.join(', ');
  return failure('V101', `collection \`${collection.name}\`${server} has ${what} not supported: ${listed}`);
}

function refuseServer(collection: Collection, missing: readonly string[]): Failure {
  const what = missing.length === 1 ? 'a field that server' : 'fields that server';
  const listed = missing.join(', ');
  return failure(
    'V110',
    `collection \`${collection.name}\` has ${what} ${collection.serverVersion} does not have: ${listed}`,
  );
}
