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
import { isArrayElementType } from './fields/array-elements.ts';
import { dynamicFieldName } from './fields/dynamic.ts';
import type { Field, FieldPlan } from './fields/field.ts';
import { missingOn, nullRefusalOf, sparseLeastOf, typeNameOf } from './fields/since.ts';
import { fields as fieldTable, isRecordFieldType } from './fields/table.ts';
import { isVectorElementType } from './fields/vector-elements.ts';
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
  if (autoId && (wanted === InsertMode.UPSERT || wanted === InsertMode.UPDATE)) {
    const what = wanted === InsertMode.UPSERT ? 'it cannot be upserted into' : 'no record names the row to update';
    const why = `collection \`${collection.name}\` makes its own keys (autoID on \`${autoId.name}\`)`;
    return { failure: failure('V102', `${why}, so ${what}`) };
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
    else if (isRecordFieldType(field.typeCode) && unknownTypes(field).length === 0) {
      const lack = missingOn(server, field, field.typeCode);
      if (lack !== undefined) missing.push(`\`${field.name}\` (${lack})`);
      planned.push({ plan: planField(field, field.typeCode, server), field: fieldTable[field.typeCode] });
    } else unsupported.push(...unknownTypes(field));
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
  structName: '',
  members: [],
  hasValidity: false,
  isDynamic: true,
};

/** A member of a struct has the validity of the struct: a row is null as a whole. */
function planField(
  field: CollectionField,
  type: FieldType,
  server: ServerVersion,
  struct?: CollectionField,
): FieldPlan {
  const { name, dim, maxLength, maxCapacity, subFields } = field;
  const { isNullable, hasDefault } = struct ?? field;
  const hasValidity = isNullable || hasDefault;
  const nullRefusal = hasValidity ? nullRefusalOf(server, type) : undefined;
  return {
    name,
    path: memberPath('$', name),
    type,
    dim,
    maxLength,
    maxCapacity,
    elementType: elementTypeOf(field) ?? FieldType.UNSPECIFIED,
    structName: struct?.name ?? '',
    members: subFields.map((member) => planField(member, member.typeCode as FieldType, server, field)),
    sparseLeast: sparseLeastOf(server),
    isNullable: isNullable && nullRefusal === undefined,
    hasDefault: hasDefault && nullRefusal === undefined,
    nullRefusal,
    hasValidity,
    isDynamic: false,
  };
}

/** Of arrays of scalars or vectors, where it is one that they can have. */
function elementTypeOf({ typeCode, elementTypeCode }: CollectionField): FieldType | undefined {
  if (typeCode === FieldType.ARRAY_OF_VECTOR) return isVectorElementType(elementTypeCode) ? elementTypeCode : undefined;
  return typeCode === FieldType.ARRAY && isArrayElementType(elementTypeCode) ? elementTypeCode : undefined;
}

/** The field, or its members, with types that are not known. */
function unknownTypes(field: CollectionField): readonly string[] {
  const { name, typeCode, subFields } = field;
  if (typeCode === FieldType.ARRAY_OF_STRUCT && subFields.length > 0) {
    const unknown = subFields.filter((member) => elementTypeOf(member) === undefined);
    return unknown.map((member) => `\`${name}[${member.name}]\` (${typeText(member)})`);
  }
  const isKnown =
    typeCode === FieldType.ARRAY
      ? elementTypeOf(field) !== undefined
      : typeCode !== FieldType.ARRAY_OF_STRUCT && isRecordFieldType(typeCode);
  return isKnown ? [] : [`\`${name}\` (${typeText(field)})`];
}

function typeText(field: CollectionField): string {
  const name = typeNameOf(field);
  return field.typeCode === FieldType.ARRAY && !name.includes(' of ')
    ? `${name} of type ${field.elementTypeCode}`
    : name;
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
