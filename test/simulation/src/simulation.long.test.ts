import { expect, test } from 'vitest';
import { holds } from './scenario/holds.ts';
import { calmScenarios, scenarios } from './scenario/scenario.ts';

/** Other scenarios each time; a failure tells its seed. */
const seed = Date.now() % 2 ** 31;

test('a hundred thousand scenarios, or ten minutes of them', { timeout: 900_000 }, async () => {
  const startedMs = performance.now();
  const tally = await holds(scenarios(12), { numRuns: 100_000, seed, timeLimitMs: 600_000 });
  // To be read in the output: vitest run --silent=false.
  console.log(`seed ${seed}\n${tally}\nseconds ${Math.round((performance.now() - startedMs) / 1_000)}`);
  // On one core of a quiet machine ten minutes are 50,000 of them.
  expect(tally.scenarios).toBeGreaterThan(2_000);
});

test('ten thousand clean restarts', { timeout: 900_000 }, async () => {
  const tally = await holds(calmScenarios(20), { numRuns: 1_000, seed });
  expect(tally.duplicates).toBe(0);
});
