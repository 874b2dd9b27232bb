import { nearestKey } from '@millrace/connector-config';
import type { Renaming } from '@millrace/contracts';
import { dynamicFieldName } from '../fields/dynamic.ts';
import type { ShapeDraft } from './shape-draft.ts';

/** Looks for options about members that contradict each other or the collection. */
export function checkMemberOptions(draft: ShapeDraft): void {
  for (const [name, option] of draft.reads) checkChosen(draft, name, option);
  const seen = new Set<string>();
  for (const renaming of draft.options.renames) {
    const option = `fields.rename=${renaming.from}:${renaming.to}`;
    checkChosen(draft, renaming.from, option);
    checkRenamed(draft, renaming, option);
    if (seen.has(renaming.from)) draft.problems.add('V115', `fields.rename names \`${renaming.from}\` twice`);
    seen.add(renaming.from);
  }
}

function checkChosen(draft: ShapeDraft, name: string, option: string): void {
  if (draft.isChosen(name)) return;
  const why = draft.options.exclude.includes(name) ? 'fields.exclude leaves out' : 'fields.include does not name';
  draft.problems.add('V115', `${option} reads \`${name}\`, which ${why}`);
}

function checkRenamed(draft: ShapeDraft, { to }: Renaming, option: string): void {
  const { plan, problems } = draft;
  const index = plan.indexByName.get(to);
  const filledBy = index === undefined ? undefined : draft.filledBy(index);
  const generated = plan.generated.get(to);
  if (filledBy !== undefined) problems.add('V109', `${filledBy} and ${option} both fill \`${to}\``);
  else if (generated !== undefined) problems.add('V107', `${option} fills \`${to}\`: ${generated}`);
  else if (to === dynamicFieldName) problems.add('V107', `${option} takes the name of Milvus's dynamic field`);
  else if (index === undefined && !draft.keepsUnknown) problems.add('V107', `${option} ${missingField(draft, to)}`);
}

/** That the collection lacks the field, and what was probably meant. */
export function missingField({ plan, collectionText }: ShapeDraft, name: string): string {
  const meant = nearestKey(name, plan.indexByName.keys());
  const hint = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
  return `fills \`${name}\`, which ${collectionText} does not have${hint}`;
}
