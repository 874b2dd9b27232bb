import { DataType } from '@zilliz/milvus2-sdk-node';

export interface FakeField {
  readonly name: string;
  /** Milvus's number, also where the SDK has no name for it. */
  readonly type: DataType;
  /** Arrays. */
  readonly elementType?: DataType;
  readonly isPrimaryKey?: boolean;
  readonly autoId?: boolean;
  readonly isNullable?: boolean;
  readonly default?: Readonly<Record<'long_data' | 'string_data', unknown>> | object;
  readonly isPartitionKey?: boolean;
  readonly isFunctionOutput?: boolean;
  /** `dim`, `max_length` and the like. */
  readonly params?: Readonly<Record<string, string | number>>;
  /** Arrays of structs: their members, by the types of the elements. */
  readonly members?: readonly Pick<FakeField, 'name' | 'type' | 'params'>[];
}

export interface FakeCollection {
  readonly name: string;
  /** `default` by default. */
  readonly database?: string;
  readonly fields: readonly FakeField[];
  readonly hasDynamicField?: boolean;
  readonly collectionId?: bigint;
  readonly updateTimestamp?: bigint;
}

const success = { error_code: 'Success', code: 0, reason: '' };

/** Milvus's answer to DescribeCollection, in the names of its proto. */
export function describeAnswer(name: string, collection: FakeCollection | undefined): object {
  if (!collection) {
    return {
      status: { error_code: 'CollectionNotExists', code: 100, reason: `can't find collection[collection=${name}]` },
    };
  }
  return {
    status: success,
    schema: {
      name: collection.name,
      fields: collection.fields.filter(({ members }) => !members).map(fieldSchema),
      struct_array_fields: collection.fields.filter(({ members }) => members).map(structSchema),
      enable_dynamic_field: collection.hasDynamicField ?? false,
    },
    collection_name: collection.name,
    collectionID: String(collection.collectionId ?? 1n),
    update_timestamp: String(collection.updateTimestamp ?? 1n),
  };
}

function fieldSchema(field: FakeField, index: number): object {
  return {
    fieldID: String(100 + index),
    name: field.name,
    data_type: DataType[field.type] ?? field.type,
    ...(field.elementType !== undefined && { element_type: DataType[field.elementType] }),
    is_primary_key: field.isPrimaryKey ?? false,
    autoID: field.autoId ?? false,
    nullable: field.isNullable ?? false,
    is_partition_key: field.isPartitionKey ?? false,
    is_function_output: field.isFunctionOutput ?? false,
    type_params: parametersOf(field.params),
    ...(field.default && { default_value: field.default }),
  };
}

/** Milvus keeps the capacity of the struct, and whether it may be null, with each of its members. */
function structSchema({ name, members = [], params = {}, isNullable: nullable = false }: FakeField): object {
  const fields = members.map((member) => ({
    name: member.name,
    data_type: DataType[member.type >= DataType.BinaryVector ? DataType.ArrayOfVector : DataType.Array],
    element_type: DataType[member.type],
    nullable,
    type_params: parametersOf({ ...member.params, ...params }),
  }));
  return { name, nullable, fields };
}

function parametersOf(params: FakeField['params'] = {}): readonly object[] {
  return Object.entries(params).map(([key, value]) => ({ key, value: String(value) }));
}
