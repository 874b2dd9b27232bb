import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChildSpec, startChild } from './child-process.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('child');
});
afterEach(() => folder.remove());

const shell = (script: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  name: 'a shell',
  command: '/bin/sh',
  args: ['-c', script],
  logFile: join(folder.path, 'log', 'child.log'),
  ready: async () => true,
  ...more,
});

const logHolds = (text: string) => async () =>
  readFileSync(join(folder.path, 'log', 'child.log'), 'utf8').includes(text);

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a child process', () => {
  it('is stopped by SIGTERM and tells how it ended', async () => {
    const child = await startChild(
      shell('trap "exit 3" TERM; echo up; while :; do read -t 1 x </dev/zero; done', { ready: logHolds('up') }),
    );
    expect(child.running).toBe(true);
    expect(await child.stop()).toEqual({ code: 3, signal: null });
    expect(child.running).toBe(false);
    expect(await child.stop()).toEqual({ code: 3, signal: null });
  });

  it('is killed when it ignores SIGTERM for too long', async () => {
    const script = 'trap "" TERM; echo up; exec sleep 60';
    const child = await startChild(shell(script, { ready: logHolds('up'), stopTimeoutMs: 100 }));
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('starts again, with another process', async () => {
    const child = await startChild(shell('exec sleep 60'));
    const { pid } = child;
    await child.kill();
    await child.restart();
    expect(child.pid).not.toBe(pid);
    expect(exists(child.pid)).toBe(true);
    await child.kill();
    expect(exists(child.pid)).toBe(false);
  });

  it('fails with the end of its log when it ends before it is ready', async () => {
    const start = startChild(shell('echo the port is taken >&2; exit 4', { ready: async () => false }));
    await expect(start).rejects.toThrow(/a shell ended \(4\) before it was ready[\s\S]*the port is taken/);
  });

  it('is killed when it does not become ready in time', async () => {
    const start = startChild(shell('echo $$; exec sleep 60', { ready: async () => false, readyTimeoutMs: 200 }));
    await expect(start).rejects.toThrow(/was not ready after 200 ms/);
    expect(exists(Number(readFileSync(join(folder.path, 'log', 'child.log'), 'utf8')))).toBe(false);
  });

  it('fails when its program does not exist', async () => {
    await expect(startChild(shell('', { command: '/no/such/program', ready: async () => false }))).rejects.toThrow(
      /ended \(127\)[\s\S]*not found/,
    );
  });

  it('fails when its folder does not exist', async () => {
    await expect(startChild(shell('', { cwd: '/no/such/folder' }))).rejects.toThrow(/could not be started/);
  });

  it('takes what it left behind with it', async () => {
    const child = await startChild(shell('sleep 60 & echo $!; wait', { ready: logHolds('\n') }));
    const left = Number(readFileSync(child.logFile, 'utf8'));
    await child.stop();
    await expect.poll(() => exists(left), { timeout: 5_000 }).toBe(false);
  });

  it('ends, with its own children, when its parent is killed', { timeout: 20_000 }, async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      import { startChild } from ${JSON.stringify(join(import.meta.dirname, 'child-process.ts'))};
      const child = await startChild({ name: 'x', command: '/bin/sh', args: ['-c', 'sleep 60 & echo $!; wait'],
        logFile: process.argv[1], ready: async () => readFileSync(process.argv[1], 'utf8').includes('\\n') });
      console.log(child.pid);`;
    const log = join(folder.path, 'log', 'child.log');
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const child = Number(line);
    expect(exists(child)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => exists(child), { timeout: 5_000 }).toBe(false);
    const grandchild = Number(readFileSync(log, 'utf8'));
    await expect.poll(() => exists(grandchild), { timeout: 5_000 }).toBe(false);
  });
});
