import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { projectRoot } from '@millrace/testing';

export interface Folders {
  /** Survives a stop, so that the next start goes on where this one ended. */
  readonly data: string;
  /** Emptied at each start. */
  readonly logs: string;
  /** The project's connectors and, for the demo, that of the words; gathered anew at each start. */
  readonly connectors: string;
}

/** Makes the folders of one start below `parent`. */
export function prepareFolders(parent: string, withDemo: boolean): Folders {
  const folders = { data: join(parent, 'data'), logs: join(parent, 'logs'), connectors: join(parent, 'connectors') };
  for (const folder of [folders.logs, folders.connectors]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const demo = resolve(import.meta.dirname, '../connectors');
  for (const folder of [join(projectRoot, 'connectors'), ...(withDemo ? [demo] : [])]) {
    for (const file of globSync('*.{properties,json,yaml,yml}', { cwd: folder })) {
      copyFileSync(join(folder, file), join(folders.connectors, basename(file)));
    }
  }
  return folders;
}
