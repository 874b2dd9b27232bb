import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '@millrace/testing';

let running: ChildProcess | undefined;

/**
 * Runs a command of the project's command line, as a person would, in this terminal.
 *
 * @throws Error when it fails; what went wrong it has said itself
 */
export async function runCommandLine(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const main = join(projectRoot, 'apps', 'cli', 'src', 'main.ts');
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit', env: { ...process.env, ...env } });
  running = child;
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  running = undefined;
  if (code !== 0) throw new Error(`\`npx millrace ${args.join(' ')}\` failed`);
}

/** Ends the command that runs, if any. */
export function stopCommandLine(): void {
  running?.kill('SIGKILL');
}
