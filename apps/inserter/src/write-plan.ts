import type { Failure, Field, SchemaVersion } from '@millrace/contracts';
import type { Description } from './collections.ts';
import { deleteFormOf } from './delete-form.ts';
import type { Entries } from './entries.ts';
import { failureOf, quoted } from './failures.ts';
import type { Lane } from './lane.ts';
import type { MergedEntries } from './merge.ts';
import type { Refusal } from './milvus-errors.ts';
import type { WritePlan } from './write-calls.ts';

/** How entries are written into a collection as it is described now, or why no call may be made for them. */
export function planWrite(lane: Lane, merged: MergedEntries, description: Description): WritePlan | Refusal {
  if (!description.ok) return blockedBy(description.failure);
  const { version, keyField } = description.described;
  if (!isSameVersion(version, versionOf(merged))) return schemaChanged;
  if (lane.method === 'Upsert' && !merged.parts.every((part) => hasKey(part, keyField))) {
    return blockedBy(
      failureOf('lane.key_column_missing', {
        message: `a batch has no column of the primary key ${quoted(keyField.name)}`,
      }),
    );
  }
  const deleteForm = merged.deleteCount > 0 ? deleteFormOf(description.described) : undefined;
  if (typeof deleteForm === 'object') return blockedBy(deleteForm);
  return { lane, keyField, deleteForm, schemaTimestamp: version.schemaTimestamp };
}

/** The batches are encoded for another version of the collection than the one that is there. */
export const schemaChanged: Refusal = {
  class: 'schema',
  failure: failureOf('milvus.schema_changed', { message: 'the collection has changed' }),
};

/** Nothing was tried, for a reason that is not the entries'. */
export function blockedBy(failure: Failure): Refusal {
  return { class: 'operator', failure };
}

/** The version that all parts of a write are encoded for. */
export function versionOf(merged: MergedEntries): SchemaVersion | undefined {
  return merged.parts[0]?.batch.schemaVersion;
}

export function isSameVersion(live: SchemaVersion, encoded: SchemaVersion | undefined): boolean {
  return (
    live.collectionId === encoded?.collectionId &&
    live.schemaTimestamp === encoded.schemaTimestamp &&
    live.fingerprint === encoded.fingerprint
  );
}

function hasKey(part: Entries, { name, typeCode }: Field): boolean {
  const deletedType = part.deletedKeys?.column.type ?? typeCode;
  return part.keys(name) !== undefined && deletedType === typeCode;
}
