import fc from 'fast-check';
import { calmScenarios, handoverScenarios, outageScenarios, type Scenario, scenarios } from '../scenario/scenario.ts';
import type { judge } from '../scenario/verdict.ts';
import { type Family, type Mutant, mutants } from './mutants.ts';
import { importMutated } from './mutated-modules.ts';
import { type Trial, whole } from './trial.ts';

/**
 * The same for every mutant of a family, and for the product as it is. Several times as many as show the mutant that is
 * the hardest to see, so that a change of the product, which changes all draws, does not hide it.
 */
const families: Readonly<Record<Family, readonly Scenario[]>> = {
  storms: fc.sample(scenarios(16), { numRuns: 200, seed: 6 }),
  handovers: fc.sample(handoverScenarios(16), { numRuns: 400, seed: 6 }),
  outages: fc.sample(outageScenarios(16), { numRuns: 200, seed: 6 }),
  upkeep: fc.sample(calmScenarios(8), { numRuns: 100, seed: 1 }),
};

interface Module {
  readonly judge: typeof judge;
}

/**
 * Tries mutants by their names, one after the other: each on the scenarios of its family, up to the first that shows it.
 * The product as it is (`whole`) has to get through all of them.
 *
 * @throws Error for a name that no mutant has, and for a mutant that no longer fits the product
 */
export async function* tryMutants(names: readonly string[]): AsyncIterable<Trial> {
  for (const name of names) {
    const mutant = mutants.find((candidate) => candidate.name === name);
    if (!mutant && name !== whole) throw new Error(`there is no mutant "${name}"`);
    yield await tryOne(name, mutant);
  }
}

async function tryOne(name: string, mutant: Mutant | undefined): Promise<Trial> {
  const module = await importMutated<Module>('../scenario/verdict.ts', import.meta.url, mutant);
  const all = mutant ? families[mutant.shownBy ?? 'storms'] : Object.values(families).flat();
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
