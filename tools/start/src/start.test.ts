import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TemporaryFolder, temporaryFolder } from '@millrace/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const startAndStreamMs = 120_000;

let folder: TemporaryFolder;
let start: ChildProcess | undefined;
beforeEach(async () => {
  folder = await temporaryFolder('start');
});
afterEach(async () => {
  start?.kill('SIGKILL');
  await folder.remove();
});

/** Starts it without a terminal. */
function run(...args: string[]) {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--folder', folder.path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  start = child;
  const lines: string[] = [];
  const heard = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      heard.dispatchEvent(new Event('line'));
    });
  }
  const ended = once(child, 'close').then(([code]: number[]) => code);
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      heard.addEventListener('line', () => lines.at(-1)?.includes(text) && resolve());
      void ended.then(() => reject(new Error(`it ended without "${text}":\n${lines.join('\n')}`)));
    });
  return { child, lines, ended, said };
}

/** Processes that were started with our folder in their arguments, or write to a log in it. */
function processesIn(path: string): string[] {
  return globSync('/proc/[0-9]*').flatMap((process) => {
    try {
      const text = readFileSync(`${process}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return text.includes(path) || readlinkSync(`${process}/fd/1`).includes(path) ? [text] : [];
    } catch {
      // The process ended while we looked, or is not ours.
      return [];
    }
  });
}

it('streams the demo, searches it, stays up and leaves nothing behind', { timeout: startAndStreamMs }, async () => {
  const { child, lines, ended, said } = run();
  await said('Stop: Ctrl-C');
  const text = lines.join('\n');
  expect(text).toContain('read back from Milvus, equal to what was sent');
  expect(text).toContain('[0.041732933, 0.013779674, -0.027564144');
  expect(text).toMatch(/coffee +→ +.*tea/);
  expect(text).toContain('npx millrace dead-letters zilliz-kafka-connect-milvus.dead-letters');
  expect(text).not.toContain('\x1b');
  expect(processesIn(folder.path).length).toBeGreaterThanOrEqual(6);
  await said('is limited by Kafka: everything there is has been read');

  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(processesIn(folder.path)).toEqual([]);
});

it('leaves nothing behind when it is killed', { timeout: startAndStreamMs }, async () => {
  const { child, ended, said } = run();
  await said('inserter');
  child.kill('SIGKILL');
  await ended;
  await expect.poll(() => processesIn(folder.path), { timeout: 5_000 }).toEqual([]);
});

it('names an option that it does not know', { timeout: 20_000 }, async () => {
  const { lines, ended } = run('--kafak', 'x:1');
  expect(await ended).toBe(64);
  expect(lines.join('\n')).toContain("Unknown option '--kafak'");
  expect(lines).toContain('npm start -- [--kafka HOST:PORT] [--milvus URL] [--folder PATH]');
});
