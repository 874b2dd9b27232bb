import { check } from '../checker/check.ts';
import { tellAbout } from '../checker/tell.ts';
import type { Violation } from '../checker/violation.ts';
import { type RunResult, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

export interface Verdict {
  readonly result: RunResult;
  readonly violations: readonly Violation[];
}

/** Runs a scenario and judges it. */
export async function judge(scenario: Scenario): Promise<Verdict> {
  const result = await runScenario(scenario);
  return { result, violations: check({ ...result, ...result.settings }) };
}

/** What is broken, and how it came to that, for people; undefined where nothing is. */
export function tellVerdict(scenario: Scenario, { result, violations }: Verdict): string | undefined {
  const [first, ...more] = violations;
  if (!first) return undefined;
  return [
    `${first.rule}: ${first.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
    tellAbout(result.happenings, first),
    `settings ${JSON.stringify(result.settings)}`,
    `Run it again: npm run simulate -- '${JSON.stringify(scenario)}'`,
  ].join('\n');
}
