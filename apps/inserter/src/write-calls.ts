import { type Field, FieldType } from '@millrace/contracts';
import type { DeleteForm } from './delete-form.ts';
import { cutKeys, deleteBytesMax, encodeDeleteRequest } from './delete-request.ts';
import type { Lane } from './lane.ts';
import type { MergedEntries, Selection } from './merge.ts';
import type { WriteMethod } from './milvus-client.ts';
import { encodeWriteRequest } from './request.ts';

/** One call of Milvus. */
export interface MethodCall {
  readonly method: WriteMethod;
  readonly request: Buffer;
  /** Rows or keys that it holds. */
  readonly count: number;
}

/** What all calls of a write have in common. */
export interface WritePlan {
  readonly lane: Pick<Lane, 'target' | 'method' | 'isPartial'>;
  readonly keyField: Pick<Field, 'name' | 'typeCode'>;
  /** Absent where the write deletes nothing. */
  readonly deleteForm: DeleteForm | undefined;
  /** Zero where the server keeps none. */
  readonly schemaTimestamp: bigint;
}

/**
 * The calls that give a selection its effect, one after the other: the rows, then the deletes. No key is in both.
 *
 * Rows go first because theirs is the call that Milvus may refuse for the data or the size. After that refusal the
 * entries are bisected, anew from the original ones; had the deletes been made before, bisection would put older rows
 * of deleted keys back until it reaches their deletes again. Where the deletes fail, or the process ends, between the
 * calls, the newer rows stand and the deleted ones are still there; nothing of it is APPLIED, so all of it is sent
 * again in offset order, and both calls may be made twice.
 */
export function toCalls(merged: MergedEntries, selection: Selection, plan: WritePlan): readonly MethodCall[] {
  return [...rowCalls(merged, selection, plan), ...deleteCalls(merged, selection, plan)];
}

function rowCalls(merged: MergedEntries, selection: Selection, plan: WritePlan): readonly MethodCall[] {
  if (selection.rowCount === 0) return [];
  const { lane, schemaTimestamp } = plan;
  const { database, collection, partition } = lane.target;
  const request = encodeWriteRequest({
    database,
    collection,
    partition,
    columns: merged.columns(selection),
    rowCount: selection.rowCount,
    schemaTimestamp,
    partialUpdate: lane.isPartial,
  });
  return [{ method: lane.method, request, count: selection.rowCount }];
}

function deleteCalls(merged: MergedEntries, selection: Selection, plan: WritePlan): readonly MethodCall[] {
  if (selection.deleteCount === 0) return [];
  const { lane, keyField, deleteForm: form } = plan;
  if (!form) throw new Error('a write that deletes nothing has deletes');
  const { database, collection, partition } = lane.target;
  const isInt64 = keyField.typeCode === FieldType.INT64;
  return cutKeys(merged.deletedKeys(selection), deleteBytesMax[form]).map((keys) => ({
    method: 'Delete',
    request: encodeDeleteRequest({ database, collection, partition, keyField: keyField.name, keys, isInt64, form }),
    count: keys.length,
  }));
}
