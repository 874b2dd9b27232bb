import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** What a mutant may change, and the simulation itself, which runs it: loaded anew for each. */
const loadedAnew = ['apps', 'libs/delivery', 'test/simulation'].map(
  (folder) => pathToFileURL(`${root}/${folder}/`).href,
);

/** @throws Error where the text is not there exactly once: the product has changed, and the mutant has to follow it */
export function mutated({ name, file, find, replace }: Mutant, source: string): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    const times = more.length > 0 ? 'several times' : 'nowhere';
    throw new Error(`mutant "${name}" no longer fits: its text is ${times} in ${file}`);
  }
  return before + replace + after;
}

export function sourceOf({ file }: Mutant): string {
  return readFileSync(resolve(root, file), 'utf8');
}

const known = new Map<string, Mutant>();
let isInstalled = false;

/**
 * Imports a module of this package in a world of its own: everything of the product that it leads to is loaded anew,
 * with the mutant's text in place. Without a mutant it is the product as it is.
 */
export async function importMutated<Module>(
  specifier: string,
  parent: string,
  mutant: Mutant | undefined,
): Promise<Module> {
  install();
  const id = String(known.size);
  if (mutant) {
    // Before anything is loaded, so that a mutant that does not fit is told as such.
    mutated(mutant, sourceOf(mutant));
    known.set(id, mutant);
  }
  return import(new URL(`${specifier}?world=${mutant ? id : 'whole'}`, parent).href);
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const world = worldOf(context.parentURL);
      const isOurs = loadedAnew.some((folder) => found.url.startsWith(folder));
      return world === null || !isOurs || worldOf(found.url) !== null
        ? found
        : { ...found, url: `${found.url}?world=${world}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const mutant = known.get(worldOf(url) ?? '');
      if (!mutant || fileURLToPath(url) !== resolve(root, mutant.file)) return loaded;
      return { ...loaded, source: mutated(mutant, String(loaded.source)) };
    },
  });
}

function worldOf(url: string | undefined): string | null {
  return url?.startsWith('file:') ? new URL(url).searchParams.get('world') : null;
}
