import { expect, test } from 'vitest';
import { explore } from '../test/fencing-model/explore.ts';
import type { Rule } from '../test/fencing-model/model.ts';

test('with all rules no history ends with a stale value', () => {
  const { states, finished, violation } = explore({ horizon: 4, rebalancesMax: 2 });
  expect(violation).toBeUndefined();
  expect(states).toBeGreaterThan(50_000);
  expect(finished).toBeGreaterThan(1_000);
});

const without: Record<Rule, string> = {
  R1: 'writes go out that no reservation covers',
  R2: 'a write takes effect after its deadline',
  R3: 'a new owner does not wait for the reservation of the old one',
  R4: 'a new owner sends before it has committed a reservation of its own',
  R5: 'a batch of unclear end is sent again at once',
  R6: 'a partition is released with a write under way',
  R7: 'a commit of an old generation is accepted',
};

test.each(Object.entries(without))('without %s a value goes stale: %s', (rule) => {
  const bounds = { horizon: 2, rebalancesMax: rule === 'R4' ? 2 : 1 };
  const { violation } = explore(bounds, rule as Rule);
  expect(violation?.length).toBeGreaterThan(5);
});
