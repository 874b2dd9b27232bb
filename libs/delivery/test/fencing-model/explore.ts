import { type Bounds, initial, isStale, keyOf, lastOffset, type Rule, type State, stepsFrom } from './model.ts';

export interface Exploration {
  readonly states: number;
  /** States in which everything is committed after all rebalances: the search is not vacuous. */
  readonly finished: number;
  /** The shortest history that ends with a stale value. */
  readonly violation: readonly string[] | undefined;
}

interface Visit {
  readonly state: State;
  readonly name: string;
  readonly before: Visit | undefined;
}

/** Visits every state that can be reached within the bounds, breadth first, up to the first stale one. */
export function explore(bounds: Bounds, without?: Rule): Exploration {
  const seen = new Set([keyOf(initial)]);
  let finished = 0;
  let level: Visit[] = [{ state: initial, name: 'start', before: undefined }];
  while (level.length > 0) {
    const next: Visit[] = [];
    for (const visit of level) {
      if (isStale(visit.state)) return { states: seen.size, finished, violation: historyOf(visit) };
      if (visit.state.committed > lastOffset && visit.state.rebalances === bounds.rebalancesMax) finished += 1;
      for (const { name, state } of stepsFrom(visit.state, without, bounds)) {
        const key = keyOf(state);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ state, name, before: visit });
      }
    }
    level = next;
  }
  return { states: seen.size, finished, violation: undefined };
}

function historyOf(visit: Visit): readonly string[] {
  const names: string[] = [];
  for (let at: Visit | undefined = visit; at; at = at.before) names.push(at.name);
  return names.toReversed();
}
