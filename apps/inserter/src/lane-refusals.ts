import {
  type Failure,
  FieldType,
  isAtLeast,
  type RecordOptions,
  serverVersionOf,
  Tombstones,
} from '@millrace/contracts';
import type { Described } from './collections.ts';
import { deleteFormOf } from './delete-form.ts';
import { failureOf, quoted } from './failures.ts';
import type { Lane } from './lane.ts';

type Rule = (lane: Lane, described: Described, options: RecordOptions | undefined) => Failure | undefined;

/** Why a lane cannot be served by a collection as it is; the first rule that has something to say. */
export const whyNotServed: Rule = (lane, described, options) => {
  for (const rule of rules) {
    const failure = rule(lane, described, options);
    if (failure) return failure;
  }
  return undefined;
};

const upsertWithAutoId: Rule = ({ method, target }, { keyField }) => {
  if (method !== 'Upsert' || !keyField.isAutoId) return undefined;
  return failureOf('lane.upsert_with_auto_id', {
    message: `collection ${quoted(target.collection)} makes its own keys (autoID), so an upsert would insert each row anew`,
  });
};

const keyType: Rule = ({ method }, { keyField }) => {
  if (method !== 'Upsert' || keyField.typeCode === FieldType.INT64 || keyField.typeCode === FieldType.VARCHAR) {
    return undefined;
  }
  return failureOf('lane.key_type', {
    message: `the primary key ${quoted(keyField.name)} is of type ${quoted(keyField.typeName)}`,
  });
};

/** Milvus refuses such writes; milvus-lite would take the name and ignore the key. */
const partitionWithPartitionKey: Rule = ({ target }, { collection }) => {
  const key = collection.fields.find(({ isPartitionKey }) => isPartitionKey);
  if (target.partition === '' || !key) return undefined;
  return failureOf('lane.partition_with_partition_key', {
    message: `collection ${quoted(target.collection)} chooses partitions by its partition key ${quoted(key.name)}, so no record can be sent to partition ${quoted(target.partition)}`,
  });
};

/** An older server would take the call, ignore the flag, and empty the fields that the rows do not have. */
const partialUpdateUnknown: Rule = ({ isPartial }, { collection: { serverVersion } }) => {
  const server = serverVersionOf(serverVersion);
  // milvus-lite 3.2.2 merges every upsert into the row that is there.
  if (!isPartial || server.product === 'milvus-lite' || isAtLeast(server, '2.6.2')) return undefined;
  return failureOf('lane.update_unsupported', {
    message: `Milvus ${quoted(serverVersion)} cannot update some fields of a row and keep the others`,
  });
};

const deletesWithoutKeys: Rule = ({ method, target }, { keyField }, options) => {
  if (method !== 'Insert' || !asksForDeletes(options)) return undefined;
  const why = keyField.isAutoId ? 'makes its own keys (autoID)' : 'is inserted into, where a key may have several rows';
  return failureOf('lane.delete_with_insert', {
    message: `collection ${quoted(target.collection)} ${why}, so a record cannot say which row it deletes`,
  });
};

/** Only where deletes are asked for: a lane that never deletes needs nothing for it. */
const deletesUnsupported: Rule = (_, described, options) => {
  const form = asksForDeletes(options) ? deleteFormOf(described) : undefined;
  return typeof form === 'object' ? form : undefined;
};

const rules: readonly Rule[] = [
  upsertWithAutoId,
  keyType,
  partitionWithPartitionKey,
  partialUpdateUnknown,
  deletesWithoutKeys,
  deletesUnsupported,
];

function asksForDeletes(options: RecordOptions | undefined): boolean {
  return options?.tombstones === Tombstones.DELETE || options?.deleteMarker !== undefined;
}
