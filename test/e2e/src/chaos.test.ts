import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canRunMilvus, temporaryFolder } from '@millrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChaosReport } from './chaos/report.ts';
import { type StartedChaos, startChaos } from './chaos/start-chaos.ts';

let chaos: StartedChaos | undefined;
afterEach(() => void chaos?.child.kill('SIGKILL'));

function start(...args: string[]): StartedChaos {
  chaos = startChaos(...args);
  return chaos;
}

describe.runIf(canRunMilvus)('a short chaos run', () => {
  it('hits work in flight and finds every row as the log has it', { timeout: 240_000 }, async () => {
    const folder = await temporaryFolder('chaos-report');
    const jsonFile = join(folder.path, 'report.json');
    const { lines, ended } = start('--short', '--seed', '5', '--json', jsonFile);
    const code = await ended;
    // On a busy machine its time may be over before every planned fault has met work; then it ends with 2.
    expect([0, 2], lines.join('\n')).toContain(code);
    const report: ChaosReport = JSON.parse(readFileSync(jsonFile, 'utf8'));
    await folder.remove();
    expect(report).toMatchObject({ violations: [], partitions: 4 });
    expect(report.finished).toBeGreaterThan(0);
    expect(new Set(Object.values(report.found))).toEqual(new Set([0]));
    expect(report.records).toBeGreaterThan(500);
    expect(Object.values(report.faults).reduce((sum, { hit }) => sum + hit, 0)).toBeGreaterThan(2);
    console.info(lines.slice(lines.indexOf('') + 1).join('\n'));
  });

  it('leaves nothing behind when it is interrupted', { timeout: 120_000 }, async () => {
    const { child, ended, said } = start('--short', '--seed', '6');
    const folder = / in (\S+):/.exec(await said(/millrace-chaos-/))?.[1] ?? '';
    expect(existsSync(folder)).toBe(true);
    await said(/in flight/);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(existsSync(folder)).toBe(false);
    expect(processesIn(folder)).toEqual([]);
  });
});

it('names an option that it does not know', { timeout: 20_000 }, async () => {
  const { lines, ended } = start('--shrot');
  expect(await ended).toBe(64);
  expect(lines.join('\n')).toContain("Unknown option '--shrot'");
});

/** Processes that have the folder in their arguments or environment. */
function processesIn(folder: string): string[] {
  return globSync('/proc/[0-9]*/{cmdline,environ}').flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').includes(folder) ? [file] : [];
    } catch {
      // The process ended while we looked, or is not ours.
      return [];
    }
  });
}
