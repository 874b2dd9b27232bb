import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');

/** Runs the command line as a process of its own. */
function run(
  args: readonly string[],
): Promise<{ readonly exitCode: unknown; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env: { PATH: process.env.PATH } }, (error, out, err) =>
      resolve({ exitCode: error?.code ?? 0, out, err }),
    );
  });
}

// 1 says that something is missing or stale, so a slip of the pen must not end with it.
describe('wrong arguments end with 2, and say which one is wrong', () => {
  it.each([
    [['verify'], "missing required argument 'connector'"],
    [['verify', 'shop', 'more'], 'too many arguments'],
    [['verify', 'shop', '--form', '3'], "unknown option '--form'"],
    [['verify', 'shop', '--from', 'yesterday'], 'does not understand "yesterday"'],
    [['verify', 'shop', '--to', '0=1,0=2'], 'says it twice'],
    [['verify', 'shop', '--memory-mb', '0'], 'must be a number from 0.01 to 65536'],
    [['verify', 'shop', '--json', '/nowhere/report.json'], 'cannot write into /nowhere'],
    [['load', 'shop', '--bad-share', '1.5'], 'must be a number from 0 to 1'],
    [['load', 'shop', '--rate', '0'], 'must be a whole number from 1 to 1000000'],
    [['load', 'shop', '--count', ''], 'must be a whole number from 1 to'],
    [['verfy'], 'Did you mean verify?'],
  ])('%j', { timeout: 60_000 }, async (args, message) => {
    const { exitCode, out, err } = await run(args);
    expect([exitCode, out, err]).toEqual([2, '', expect.stringContaining(message)]);
  });
});

it('help is no failure', { timeout: 60_000 }, async () => {
  expect(await run(['verify', '--help'])).toEqual({
    exitCode: 0,
    out: expect.stringContaining('1 when any is missing or stale, 2 on wrong arguments'),
    err: '',
  });
});
