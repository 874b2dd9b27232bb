import fc from 'fast-check';
import type { Scenario } from './scenario.ts';
import { Tally } from './tally.ts';
import { judge, tellVerdict, type Verdict } from './verdict.ts';

export interface Bounds {
  readonly numRuns: number;
  readonly seed: number;
  /** No scenario begins after so much time, milliseconds. */
  readonly timeLimitMs?: number;
  /** How a scenario is run and judged, where it is not as usual. */
  readonly judgeBy?: (scenario: Scenario) => Promise<Verdict>;
}

/**
 * Runs random scenarios; resolves with what they have gone through.
 *
 * @throws Error at the first one that breaks a promise, shrunken to few faults, with its seed and its history in words
 */
export async function holds(scenarios: fc.Arbitrary<Scenario>, bounds: Bounds): Promise<Tally> {
  const { numRuns, seed, timeLimitMs, judgeBy = judge } = bounds;
  const tally = new Tally();
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    // A turn for whoever else lives in this process: what is simulated takes none.
    await new Promise((resolve) => setImmediate(resolve));
    const verdict = await judgeBy(scenario);
    tally.add(verdict.result);
    const told = tellVerdict(scenario, verdict);
    if (told !== undefined) throw new Error(told);
  });
  await fc.assert(property, {
    numRuns,
    seed,
    includeErrorInReport: true,
    ...(timeLimitMs !== undefined && { interruptAfterTimeLimit: timeLimitMs }),
  });
  return tally;
}
