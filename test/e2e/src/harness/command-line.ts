import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { projectRoot } from '@millrace/testing';

export interface Servers {
  readonly bootstrap: string;
  /** The consumer's HTTP side. */
  readonly statusUrl: string;
}

/** What the command line prints on a terminal, without its colours; whatever it exits with. */
export async function millrace({ bootstrap, statusUrl }: Servers, ...args: string[]): Promise<string> {
  const main = join(projectRoot, 'apps/cli/src/main.ts');
  const env = { PATH: process.env.PATH, FORCE_COLOR: '1', BOOTSTRAP_SERVERS: bootstrap, STATUS_URL: statusUrl };
  const run = promisify(execFile)(process.execPath, [main, ...args], { env });
  // `status` exits with 1 where a connector does not run.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stripVTControlCharacters(stdout);
}
