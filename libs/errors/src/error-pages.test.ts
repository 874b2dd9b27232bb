import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorPages, pagesCommand } from './error-pages.ts';

const folder = join(import.meta.dirname, '../../../docs/errors');
const pages = errorPages();

test.each([...pages.keys()])('docs/errors/%s is what the catalogue says', (file) => {
  const path = join(folder, file);
  const stored = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(stored, `docs/errors/${file} is stale: run \`${pagesCommand}\``).toBe(pages.get(file));
});

test('docs/errors has no page of a code that is gone', () => {
  expect(
    readdirSync(folder).filter((file) => !pages.has(file)),
    `run \`${pagesCommand}\``,
  ).toEqual([]);
});

test('the index leads to every page', () => {
  const index = pages.get('README.md') ?? '';
  const linked = [...index.matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, file]) => file);
  expect(linked.toSorted()).toEqual([...pages.keys()].filter((file) => file !== 'README.md').toSorted());
});
