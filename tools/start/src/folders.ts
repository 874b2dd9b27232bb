import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { millraceFolder, projectRoot } from '@millrace/testing';

/** Survives a stop, so that the next start goes on where this one ended. */
export const dataFolder = join(millraceFolder, 'data');
export const logsFolder = join(millraceFolder, 'logs');
export const logFile = (name: string): string => join(logsFolder, `${name}.log`);

/** Empties the logs and gathers the connectors: the project's own and, for the demo, that of the words. @returns their folder */
export function prepareFolders(withDemo: boolean): string {
  const connectors = join(millraceFolder, 'connectors');
  for (const folder of [logsFolder, connectors]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const ours = resolve(import.meta.dirname, '../connectors');
  for (const folder of [join(projectRoot, 'connectors'), ...(withDemo ? [ours] : [])]) {
    for (const file of globSync('*.{properties,json,yaml,yml}', { cwd: folder })) {
      copyFileSync(join(folder, file), join(connectors, basename(file)));
    }
  }
  return connectors;
}
