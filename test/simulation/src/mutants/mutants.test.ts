import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
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

test('every mutant still fits the product: its text is there, once', () => {
  for (const mutant of mutants) expect(mutated(mutant, sourceOf(mutant))).not.toBe(sourceOf(mutant));
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test('a mutant whose text is not there any more is told by its name', () => {
  const mutant = { name: 'gone', file: 'a.ts', find: 'x = 1', replace: 'x = 2' };
  expect(() => mutated(mutant, 'y = 1')).toThrow('mutant "gone" no longer fits: its text is nowhere in a.ts');
  expect(() => mutated(mutant, 'x = 1; x = 1')).toThrow('several times');
});

test('every mutant is caught, and the product as it is passes the same scenarios', { timeout: 600_000 }, async () => {
  const names = mutants.map(({ name }) => name);
  // Two at once: as many as tests run at once, and cores there are on a small machine.
  const [caught, others] = await Promise.all([
    tryAll(names.filter((_, index) => index % 2 === 0)),
    tryAll([...names.filter((_, index) => index % 2 === 1), whole]),
  ]);
  const trials = [...caught, ...others];
  const survivors = trials.filter(({ broken }) => broken === undefined).map(({ name }) => name);
  expect(survivors).toEqual([whole]);
  expect(trials.length).toBe(mutants.length + 1);
});
