import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const program = join(import.meta.dirname, '../test/sample-service.ts');

/** Runs the sample service to its end; `onStarted` gets a way to signal it once it has started. */
async function run(
  env: Record<string, string>,
  args: string[] = [],
  onStarted: (signal: (name: NodeJS.Signals) => void) => void = () => {},
): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env.PATH, ...env } });
  let out = '';
  let err = '';
  child.stderr.on('data', (data: Buffer) => {
    err += data;
  });
  child.stdout.on('data', (data: Buffer) => {
    const before = out.includes('SAMPLE started');
    out += data;
    if (!before && out.includes('SAMPLE started')) onStarted((name) => child.kill(name));
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops it in order, and it ends well', async (name) => {
  const { code, out } = await run({}, [], (signal) => signal(name));
  expect(code).toBe(0);
  expect(out).toContain('SAMPLE stopped');
  expect(out).toContain('"event":"stopped"');
});

test('a signal that is sent twice at once does not cut the stop short', async () => {
  const { code, out } = await run({ SAMPLE: 'slow' }, [], (signal) => {
    signal('SIGINT');
    signal('SIGTERM');
  });
  expect(code).toBe(0);
  expect(out).toContain('SAMPLE stopped');
});

test('a stop that hangs is ended after its time', async () => {
  const { code, out } = await run({ SAMPLE: 'hangs', SHUTDOWN_TIMEOUT_MS: '200' }, [], (signal) => signal('SIGTERM'));
  expect(code).toBe(70);
  expect(out).toContain('stop_timed_out');
});

test('settings that are wrong are told together, and it ends with 78', async () => {
  const { code, out, err } = await run({ SIZE: '12', LOG_LEVEL: 'loud', HTTP_PORT: '-1' });
  expect(code).toBe(78);
  expect(out).toBe('');
  expect(err).toContain('sample cannot start, its environment is wrong (--help lists all settings):');
  expect(err).toContain('SIZE: wants a whole number from 1 to 9, got "12"');
  expect(err).toContain('LOG_LEVEL: wants one of');
  expect(err).toContain('HTTP_PORT: wants a whole number');
});

test('a configuration that cannot work is told as it is, without a stack', async () => {
  const { code, err } = await run({ SAMPLE: 'misconfigured' });
  expect([code, err]).toEqual([78, 'two connectors are called shop\n']);
});

test('a start that fails ends with 70 and says why', async () => {
  const { code, out } = await run({ SAMPLE: 'broken' });
  expect(code).toBe(70);
  expect(out).toContain('out of order');
});

test('a rejection that nobody caught stops it in order, with 70', async () => {
  const { code, out } = await run({ SAMPLE: 'rejects' });
  expect(code).toBe(70);
  expect(out).toContain('nobody caught this');
  expect(out).toContain('SAMPLE stopped');
});

test('--help lists every setting with its default', async () => {
  const { code, out } = await run({ SIZE: 'wrong' }, ['--help']);
  expect(code).toBe(0);
  expect(out).toContain('millrace sample');
  expect(out).toMatch(/SIZE +3 +how much \(1 to 9\)/);
  expect(out).toMatch(/SHUTDOWN_TIMEOUT_MS +9000 /);
});
