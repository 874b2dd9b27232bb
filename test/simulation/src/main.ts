/**
 * Runs the simulator by hand:
 *
 *   npm run simulate -- [--scenarios 10000] [--seed 1] [--faults 8]   random scenarios
 *   npm run simulate -- '{"seed":…,"isCalm":…,"faults":[…]}'          one, with its whole history in words
 *   npm run simulate -- --mutants                                     what catches each mutant, and after how many
 */
import { parseArgs } from 'node:util';
import { tell } from './checker/tell.ts';
import { mutants } from './mutants/mutants.ts';
import { whole } from './mutants/trial.ts';
import { tryMutants } from './mutants/try-mutants.ts';
import { holds } from './scenario/holds.ts';
import { type Scenario, scenarios } from './scenario/scenario.ts';
import { judge, tellVerdict } from './scenario/verdict.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scenarios: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    faults: { type: 'string', default: '8' },
    mutants: { type: 'boolean', default: false },
  },
});

const [one] = positionals;
if (values.mutants) await runMutants();
else if (one === undefined) await runMany();
else await runOne(JSON.parse(one) as Scenario);

async function runMany(): Promise<void> {
  const seed = Number(values.seed);
  const startedMs = performance.now();
  console.log(`seed ${seed}`);
  const tally = await holds(scenarios(Number(values.faults)), { numRuns: Number(values.scenarios), seed });
  console.log(`${tally}\nseconds ${((performance.now() - startedMs) / 1_000).toFixed(1)}`);
}

async function runMutants(): Promise<void> {
  for await (const { name, scenarios, broken } of tryMutants([...mutants.map(({ name }) => name), whole])) {
    console.log(`${name}\n    ${broken ?? 'nothing'} (${scenarios} scenarios)`);
  }
}

async function runOne(scenario: Scenario): Promise<void> {
  const verdict = await judge(scenario);
  for (const event of verdict.result.happenings) console.log(tell(event));
  const told = tellVerdict(scenario, verdict);
  console.log(told === undefined ? 'Every promise is kept.' : `\n${told}`);
  process.exitCode = told === undefined ? 0 : 1;
}
