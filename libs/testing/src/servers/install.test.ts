import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, install } from './install.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('install');
});
afterEach(() => folder.remove());

let fills = 0;
const installation = (stamp: string, more: Partial<Installation> = {}): Installation => ({
  name: 'thing-1',
  stamp,
  fill: async (target, report) => {
    fills++;
    report('writing');
    writeFileSync(join(target, 'thing'), stamp);
  },
  ...more,
});

const installIn = (what: Installation, progress?: (line: string) => void) => install(what, progress, folder.path);

describe('an installation', () => {
  it('is made once, with progress, and made anew for another stamp', async () => {
    fills = 0;
    const lines: string[] = [];
    const path = await installIn(installation('a'), (line) => lines.push(line));
    expect(path).toBe(join(folder.path, 'thing-1'));
    expect(await installIn(installation('a'))).toBe(path);
    expect([fills, lines]).toEqual([1, ['writing']]);
    await installIn(installation('b'));
    expect(readFileSync(join(path, 'thing'), 'utf8')).toBe('b');
  });

  it('is made once by several who ask at the same time', async () => {
    fills = 0;
    await Promise.all(Array.from({ length: 5 }, () => installIn(installation('a'))));
    expect(fills).toBe(1);
  });

  it('that broke off is not taken for a whole one, and its rest is not used', async () => {
    const breaksOff = installation('a', {
      fill: async (target) => {
        writeFileSync(join(target, 'rest'), '');
        throw new Error('no network');
      },
    });
    await expect(installIn(breaksOff)).rejects.toThrow('no network');
    expect(existsSync(join(folder.path, 'thing-1'))).toBe(false);
    const path = await installIn(installation('a'));
    expect(existsSync(join(path, 'rest'))).toBe(false);
  });
});
