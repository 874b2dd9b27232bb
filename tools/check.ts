/** Everything that gates a change, one line a step; then the tests. The output of a step shows only when it fails. */
import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

const steps: readonly [name: string, command: string, ...args: string[]][] = [
  ['protocol lint', 'buf', 'lint'],
  ['generated code is current', 'node', 'tools/check-generated.ts'],
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['boundaries', 'node', 'tools/check-boundaries.ts'],
  ['types of the tools', 'tsc', '--noEmit', '-p', '.'],
  ['types of all packages', 'nx', 'run-many', '-t', 'typecheck', '--outputStyle=static'],
];

// A daemon of nx would stay behind.
const env = { ...process.env, NX_DAEMON: 'false' };

async function passes([name, command, ...args]: (typeof steps)[number]): Promise<boolean> {
  const started = performance.now();
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const problem = await new Promise<string | undefined>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => done(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${problem === undefined ? '✓' : '✗'} ${name.padEnd(28)} ${seconds.padStart(5)} s`);
  if (problem !== undefined) console.log(`\n${output.trimEnd()}\n${problem}\n`);
  return problem === undefined;
}

const results: boolean[] = [];
for (const step of steps) results.push(await passes(step));
const failed = results.filter((passed) => !passed).length;
if (failed > 0) {
  console.log(`The tests were not run.\n0 passed, ${failed} failed`);
  process.exitCode = 1;
} else {
  process.exitCode = spawnSync('npm', ['test', '--silent'], { cwd: root, stdio: 'inherit' }).status ?? 1;
}
