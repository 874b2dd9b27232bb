import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './install.ts';
import { makePythonEnvironment } from './python-environment.ts';
import { type Progress, runCommand } from './run-command.ts';

const packageSpec = 'milvus==2.3.5';

/** Whether this machine can run the full server: its package is made for Linux on x86-64 alone. */
export const canRunMilvus = process.platform === 'linux' && process.arch === 'x64';

/**
 * Puts the full Milvus 2.3.5 into `.millrace/` from PyPI, once. Python is needed to install it, not to run it.
 *
 * @returns the folder that holds `bin/milvus`, its libraries beside it, and `configs/` with its own defaults
 * @throws Error on a machine that cannot run it
 */
export async function installMilvus(progress?: Progress): Promise<string> {
  if (!canRunMilvus) {
    throw new Error(`${packageSpec} is made for Linux on x86-64; this is ${process.platform} on ${process.arch}`);
  }
  const unpack = join(import.meta.dirname, 'unpack-milvus.py');
  return install(
    {
      name: 'milvus-2.3.5',
      stamp: [packageSpec, await readFile(unpack, 'utf8')].join('\n'),
      fill: async (target, report) => {
        const environment = join(target, 'environment');
        const python = await makePythonEnvironment(environment, [packageSpec], report);
        await runCommand(python, [unpack, target], report);
        await rm(environment, { recursive: true });
      },
    },
    progress,
  );
}
