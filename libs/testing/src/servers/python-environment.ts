import { join } from 'node:path';
import { type Progress, runCommand } from './run-command.ts';

/**
 * Makes a Python environment with these packages from PyPI, and with nothing that they do not ask for.
 *
 * `MILLRACE_PYTHON` names the Python to make it from, `python3` by default; it must be 3.11 or newer.
 *
 * @returns the environment's Python
 */
export async function makePythonEnvironment(
  folder: string,
  packages: readonly string[],
  progress: Progress,
): Promise<string> {
  const python = pythonOf(folder);
  await runCommand(process.env.MILLRACE_PYTHON ?? 'python3', ['-m', 'venv', folder], progress);
  const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  await runCommand(python, ['-m', 'pip', 'install', ...quiet, ...packages], progress);
  return python;
}

/**
 * The Python of an environment. Of one that was renamed after it was made, the other scripts (`bin/milvus-lite`) do not
 * work: call modules by `-m`.
 */
export const pythonOf = (folder: string): string => join(folder, 'bin', 'python');
