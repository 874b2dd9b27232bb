import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { areDependenciesCurrent } from './dependencies.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-dependencies-'));
  mkdirSync(join(root, 'node_modules'));
});
afterEach(() => rmSync(root, { recursive: true }));

const lock = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/@millrace/b': { link: true },
  'node_modules/for-another-platform': { version: '2.0.0', optional: true },
};

function write(wanted: object | undefined, installed: object | undefined): void {
  if (wanted) writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed)
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
}

describe('dependencies', () => {
  it('are current when npm installed what the lock names, but for what does not fit the platform', () => {
    write(lock, { 'node_modules/a': { version: '1.0.0' }, 'node_modules/@millrace/b': { link: true } });
    expect(areDependenciesCurrent(root)).toBe(true);
  });

  it.each([
    ['nothing is installed', undefined],
    ['a package is missing', { 'node_modules/@millrace/b': { link: true } }],
    ['a workspace is missing', { 'node_modules/a': { version: '1.0.0' } }],
    ['a version differs', { 'node_modules/a': { version: '1.0.1' }, 'node_modules/@millrace/b': { link: true } }],
    [
      'the version of an optional package differs',
      {
        'node_modules/a': { version: '1.0.0' },
        'node_modules/@millrace/b': { link: true },
        'node_modules/for-another-platform': { version: '1.0.0' },
      },
    ],
  ])('are not current when %s', (_case, installed) => {
    write(lock, installed);
    expect(areDependenciesCurrent(root)).toBe(false);
  });

  it('are not current when the record of npm is cut short', () => {
    write(lock, undefined);
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{"packages": {');
    expect(areDependenciesCurrent(root)).toBe(false);
  });
});
