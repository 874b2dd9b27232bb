import { join } from 'node:path';
import { install } from './install.ts';
import { type Progress, runCommand } from './run-command.ts';

const packages = ['milvus-lite==3.2.2', 'pymilvus==3.0.2'];

/**
 * Makes a Python environment with milvus-lite and pymilvus in `.millrace/`, once.
 *
 * `MILLRACE_PYTHON` names the Python to make it from, `python3` by default; it must be 3.11 or newer.
 *
 * @returns the environment's Python. Its own scripts (`bin/milvus-lite`) do not work, since the folder was renamed after
 * they were written: call modules by `-m`.
 */
export async function installMilvusLite(progress?: Progress): Promise<string> {
  const folder = await install(
    {
      name: 'milvus-lite-3.2.2',
      stamp: packages.join('\n'),
      fill: async (target, report) => {
        await runCommand(process.env.MILLRACE_PYTHON ?? 'python3', ['-m', 'venv', target], report);
        await runCommand(
          python(target),
          ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off', ...packages],
          report,
        );
      },
    },
    progress,
  );
  return python(folder);
}

const python = (folder: string): string => join(folder, 'bin', 'python');
