/**
 * Tries mutants, one after the other, in this process: `node run-mutants.ts [name …]`. For each, and for the product as
 * it is, one line of JSON comes out (Trial).
 */
import fc from 'fast-check';
import { calmScenarios, type Scenario, scenarios } from '../scenario/scenario.ts';
import type { judge } from '../scenario/verdict.ts';
import { type Mutant, mutants } from './mutants.ts';
import { importMutated } from './mutated-modules.ts';
import { type Trial, whole } from './trial.ts';

/** As many for each mutant; the one that takes the longest to be caught needs a quarter of them. */
const storms = fc.sample(scenarios(16), { numRuns: 1_000, seed: 6 });
const calms = fc.sample(calmScenarios(8), { numRuns: 100, seed: 1 });

interface Module {
  readonly judge: typeof judge;
}

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : [...mutants.map((mutant) => mutant.name), whole]) {
  const mutant = mutants.find((candidate) => candidate.name === name);
  if (!mutant && name !== whole) throw new Error(`there is no mutant "${name}"`);
  console.log(JSON.stringify(await tryMutant(name, mutant)));
}

async function tryMutant(name: string, mutant: Mutant | undefined): Promise<Trial> {
  const module = await importMutated<Module>('../scenario/verdict.ts', import.meta.url, mutant);
  const all = mutant ? (mutant.inCalm ? calms : storms) : [...storms, ...calms];
  for (const [index, scenario] of all.entries()) {
    const broken = await brokenBy(module, scenario);
    if (broken !== undefined) return { name, scenarios: index + 1, broken };
  }
  return { name, scenarios: all.length };
}

/** A mutant may also make the product throw. */
async function brokenBy({ judge }: Module, scenario: Scenario): Promise<string | undefined> {
  try {
    const [first] = (await judge(scenario)).violations;
    return first && `${first.rule}: ${first.message}`;
  } catch (error) {
    return String(error);
  }
}
