import { expect, test } from 'vitest';
import { tell } from '../checker/tell.ts';
import type { Violation } from '../checker/violation.ts';
import { holds } from './holds.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { judge, type Verdict } from './verdict.ts';

/** As if the product could not stand a certain fault. */
async function judgeStrictly(scenario: Scenario): Promise<Verdict> {
  const { result } = await judge({ ...scenario, faults: scenario.faults.slice(0, 3) });
  const place = result.happenings.findIndex((event) => event.kind === 'fault' && event.name === 'kill an inserter');
  const violations: readonly Violation[] = place < 0 ? [] : [{ rule: 'bug', message: 'an inserter was killed', place }];
  return { result, violations };
}

async function failure(): Promise<string> {
  const told = await holds(scenarios(8), { numRuns: 200, seed: 1, judgeBy: judgeStrictly }).catch(String);
  return typeof told === 'string' ? told : 'no failure';
}

test('a violation tells its seed, the fewest faults that still show it, what happened, and how to run it again', {
  timeout: 120_000,
}, async () => {
  const told = await failure();
  expect(told).toContain('seed: 1');
  expect(told).toContain('bug: an inserter was killed');
  expect(told).toMatch(/\*\*\* inserter \d+ is killed/);
  const [, again] = /npm run simulate -- '(.*)'/.exec(told) ?? [];
  const scenario: Scenario = JSON.parse(again ?? '');
  expect(scenario.faults.map(({ kind }) => kind)).toEqual(['kill an inserter']);
  const { result, violations } = await judgeStrictly(scenario);
  const [first] = violations;
  expect(told).toContain(tell(result.happenings[first?.place ?? 0] ?? expect.fail('the same scenario breaks nothing')));
});
