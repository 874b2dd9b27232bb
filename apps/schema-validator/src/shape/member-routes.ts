import { UnknownFields } from '@millrace/contracts';
import { memberPath } from '../shown-text.ts';
import type { Destination, Route } from './shape.ts';
import type { ShapeDraft } from './shape-draft.ts';

export interface PlannedRoutes {
  readonly routes: ReadonlyMap<string, Route>;
  readonly rest: Route;
}

const leftOut: Destination = { kind: 'left-out' };
const unknown: Destination = { kind: 'unknown', renamedTo: undefined };

/** Where the top-level members of values go, once all that fills fields from elsewhere is planned. */
export function planRoutes(draft: ShapeDraft): PlannedRoutes {
  const { include, exclude, renames } = draft.options;
  for (const { from, to } of renames) draft.expectAt(to, memberPath('$', from));
  const names = new Set([
    ...draft.plan.indexByName.keys(),
    ...draft.plan.generated.keys(),
    ...include,
    ...exclude,
    ...renames.map(({ from }) => from),
    ...draft.reads.keys(),
  ]);
  const route = (name: string): Route => ({ destination: destinationOf(draft, name), inner: draft.inner.get(name) });
  const routes = new Map([...names].map((name) => [name, route(name)]));
  return { routes, rest: { destination: include.length > 0 ? leftOut : unknownIn(draft), inner: undefined } };
}

function destinationOf(draft: ShapeDraft, name: string): Destination {
  if (!draft.isChosen(name)) return leftOut;
  const renamedTo = draft.options.renames.find(({ from }) => from === name)?.to;
  const index = draft.plan.indexByName.get(renamedTo ?? name);
  const filledBy = index === undefined ? undefined : draft.filledBy(index);
  if (index !== undefined && filledBy === undefined) return toField(draft, index, name);
  if (renamedTo !== undefined) return { kind: 'unknown', renamedTo };
  if (draft.consumed.has(name)) return leftOut;
  const generated = draft.plan.generated.get(name);
  if (generated !== undefined) return { kind: 'refused', code: 'V020', expected: `no value: ${generated}` };
  if (filledBy === undefined || draft.options.unknownFields === UnknownFields.IGNORE) return unknownIn(draft);
  return { kind: 'refused', code: 'V061', expected: `no value: ${filledBy} fills the field` };
}

function toField(draft: ShapeDraft, index: number, name: string): Destination {
  const planned = draft.fields[index];
  const path = memberPath('$', name);
  const isElsewhere = planned && planned.plan.path !== path;
  return { kind: 'field', index, renamed: isElsewhere ? { ...planned, plan: { ...planned.plan, path } } : undefined };
}

function unknownIn({ options }: ShapeDraft): Destination {
  return options.unknownFields === UnknownFields.IGNORE ? leftOut : unknown;
}
