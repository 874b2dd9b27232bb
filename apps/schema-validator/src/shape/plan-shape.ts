import { type Collection, type Failure, type OpenLane, UnknownFields } from '@millrace/contracts';
import type { Plan } from '../plan.ts';
import { planDeletes } from './deletes.ts';
import { planSources } from './field-sources.ts';
import { checkMemberOptions } from './member-options.ts';
import { planRoutes } from './member-routes.ts';
import { planPrimaryKey } from './primary-key.ts';
import type { RecordLimits } from './record-key.ts';
import type { Shape } from './shape.ts';
import { ShapeDraft } from './shape-draft.ts';

export type Shaping = { readonly shape: Shape } | { readonly failure: Failure };

/** Compiles the record options of a lane for its collection, or says by name which of them make no sense there. */
export function planShape(open: OpenLane, collection: Collection, plan: Plan, limits: RecordLimits): Shaping {
  const draft = new ShapeDraft(open, collection, plan, limits);
  planPrimaryKey(draft);
  planSources(draft);
  const deletes = planDeletes(draft);
  checkMemberOptions(draft);
  if (draft.options.unknownFields === UnknownFields.DYNAMIC && !plan.dynamic) {
    draft.problems.add('V113', `unknown.fields=dynamic: ${draft.collectionText} has no dynamic field`);
  }
  const { failure } = draft.problems;
  if (failure) return { failure };
  const shape: Shape = {
    ...deletes,
    ...planRoutes(draft),
    fields: draft.fields,
    fillers: draft.fillers,
    keepsUnknown: draft.keepsUnknown,
    tombstones: draft.options.tombstones,
    needs: { keys: draft.readsKeys, timestamps: draft.readsTimestamps, headers: [...draft.headers] },
  };
  return { shape };
}
