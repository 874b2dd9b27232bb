import { expect, test } from 'vitest';
import { explore } from '../test/fencing-model/explore.ts';

test('with all rules no history ends with a stale value, also after a longer time', { timeout: 600_000 }, () => {
  const { states, finished, violation } = explore({ horizon: 6, rebalancesMax: 2 });
  console.log(`${states} states, ${finished} of them with everything committed after two rebalances`);
  expect(violation).toBeUndefined();
  expect(finished).toBeGreaterThan(1_000);
});
