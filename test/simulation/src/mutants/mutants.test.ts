import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { mutants } from './mutants.ts';
import { mutated, sourceOf } from './mutated-modules.ts';
import { type Trial, whole } from './trial.ts';

/** Tries mutants in a Node of their own, whose loader changes the text of the product. */
async function tryAll(names: readonly string[]): Promise<readonly Trial[]> {
  const script = join(import.meta.dirname, 'run-mutants.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...names], { maxBuffer: 2 ** 24 });
  return stdout
    .trim()
    .split('\n')
    .map((line): Trial => JSON.parse(line));
}

const delivery = readFileSync(join(import.meta.dirname, '../../../../docs/delivery.md'), 'utf8').split('\n');

describe('a mutant', () => {
  test.each(mutants)('$name: its text is there, once', (mutant) => {
    expect(mutated(mutant, sourceOf(mutant))).not.toBe(sourceOf(mutant));
  });

  test.each(mutants)('$name: stands in docs/delivery.md, with what it takes to catch it', ({ name }) => {
    const row = delivery.find((line) => line.startsWith(`| ${name} | `));
    expect(row).toMatch(/ \| [a-z ]+ \| \d+ \|$/);
  });

  test('is told by its name when it is not there any more, or several times', () => {
    const mutant = { name: 'gone', file: 'a.ts', find: 'x = 1', replace: 'x = 2' };
    expect(() => mutated(mutant, 'y = 1')).toThrow('mutant "gone" no longer fits: its text is nowhere in a.ts');
    expect(() => mutated(mutant, 'x = 1; x = 1')).toThrow('several times');
  });
});

describe('the simulation', () => {
  let trials: ReadonlyMap<string, Trial>;
  beforeAll(async () => {
    const names = mutants.map(({ name }) => name);
    // Two at once: as many as tests run at once, and cores there are on a small machine.
    const both = await Promise.all([
      tryAll(names.filter((_, index) => index % 2 === 0)),
      tryAll([...names.filter((_, index) => index % 2 === 1), whole]),
    ]);
    trials = new Map(both.flat().map((trial) => [trial.name, trial]));
  }, 600_000);

  test.each(mutants)('catches the mutant $name', ({ name }) => {
    expect(trials.get(name)?.broken).toBeDefined();
  });

  test('finds nothing in the product as it is, on the same scenarios', () => {
    expect(trials.get(whole)).toEqual({ name: whole, scenarios: expect.any(Number) });
  });
});
