import { install } from './install.ts';
import { makePythonEnvironment, pythonOf } from './python-environment.ts';
import type { Progress } from './run-command.ts';

const packages = ['milvus-lite==3.2.2', 'pymilvus==3.0.2'];

/**
 * Makes a Python environment with milvus-lite and pymilvus in `.millrace/`, once.
 *
 * @returns the environment's Python
 */
export async function installMilvusLite(progress?: Progress): Promise<string> {
  const folder = await install(
    {
      name: 'milvus-lite-3.2.2',
      stamp: packages.join('\n'),
      fill: async (target, report) => void (await makePythonEnvironment(target, packages, report)),
    },
    progress,
  );
  return pythonOf(folder);
}
