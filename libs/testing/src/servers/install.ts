import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './install-lock.ts';
import { millraceFolder } from './project-folder.ts';
import type { Progress } from './run-command.ts';

export interface Installation {
  /** Name of the folder to make, with the version in it. */
  readonly name: string;
  /** What the installation was made from. Where the installed one differs, it is made anew. */
  readonly stamp: string;
  /** Puts everything into the folder, which exists and is empty. */
  fill(folder: string, progress: Progress): Promise<void>;
}

/**
 * Installs into `.millrace/<name>` unless that is there already, and returns the folder.
 *
 * It is filled under another name and then renamed, so that an installation that broke off is never taken for a whole
 * one; a lock keeps two processes from installing at once.
 */
export async function install(
  installation: Installation,
  progress: Progress = () => {},
  root = millraceFolder,
): Promise<string> {
  const folder = join(root, installation.name);
  if (await isInstalled(folder, installation.stamp)) return folder;
  await mkdir(root, { recursive: true });
  return withLock(folder, async () => {
    if (await isInstalled(folder, installation.stamp)) return folder;
    const unfinished = `${folder}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await installation.fill(unfinished, progress);
    await writeFile(join(unfinished, stampFile), installation.stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
    return folder;
  });
}

const stampFile = 'installed.txt';

async function isInstalled(folder: string, stamp: string): Promise<boolean> {
  const found = await readFile(join(folder, stampFile), 'utf8').catch(() => undefined);
  return found === stamp;
}
