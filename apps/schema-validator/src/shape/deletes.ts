import { InsertMode, PrimaryKeyMode, Tombstones } from '@millrace/contracts';
import { Marker } from './delete-marker.ts';
import { addKey } from './primary-key.ts';
import type { Filler } from './shape.ts';
import type { ShapeDraft } from './shape-draft.ts';

export interface PlannedDeletes {
  readonly marker: Marker | undefined;
  readonly tombstoneKey: Filler | undefined;
}

/** How records ask for deletes: by having no value, or by what stands in it. */
export function planDeletes(draft: ShapeDraft): PlannedDeletes {
  const { tombstones, deleteMarker } = draft.options;
  const byTombstone = tombstones === Tombstones.DELETE ? 'behavior.on.null.values=delete' : undefined;
  const byMarker = deleteMarker ? 'delete.marker.path' : undefined;
  const reason = reasonAgainst(draft);
  for (const option of [byTombstone, byMarker]) {
    if (option && reason) draft.problems.add('V111', `${option} cannot be: ${reason}`);
  }
  if (reason) return { marker: undefined, tombstoneKey: undefined };
  return {
    marker: deleteMarker && planMarker(draft, deleteMarker.path, deleteMarker.values),
    tombstoneKey: byTombstone && planTombstoneKey(draft, byTombstone),
  };
}

function reasonAgainst({ plan, options, collectionText }: ShapeDraft): string | undefined {
  if (plan.keyIndex < 0) return `${collectionText} makes its own keys (autoID), so no record names the row to delete`;
  if (plan.insertMode === InsertMode.INSERT) return 'with insert.mode=insert rows of one key may be many';
  if (options.primaryKeyMode === PrimaryKeyMode.KAFKA) return 'with pk.mode=kafka each record has a key of its own';
  return undefined;
}

function planMarker(draft: ShapeDraft, path: readonly string[], values: readonly string[]): Marker {
  const [member = '', ...inner] = path;
  draft.reads.set(member, 'delete.marker.path');
  // What holds the marker holds more than that.
  if (inner.length === 0) draft.consumed.add(member);
  return new Marker(path, values);
}

function planTombstoneKey(draft: ShapeDraft, option: string): Filler | undefined {
  const key = draft.newKey(option);
  if (key) addKey(draft, key, option);
  return key;
}
