import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { type Child, startChild } from './child-process.ts';
import { freePort } from './free-port.ts';
import { installMilvusLite } from './milvus-lite-install.ts';
import type { Progress } from './run-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface MilvusOptions {
  /** Used again when it holds data; a new temporary folder by default. */
  readonly dataDir?: string;
  /** On 127.0.0.1; a free one by default. */
  readonly port?: number;
  readonly logFile?: string;
  readonly progress?: Progress;
}

export interface MilvusServer extends Child {
  /** `127.0.0.1:<port>`; the same after a restart. */
  readonly address: string;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/**
 * Starts a real milvus-lite and waits until it answers. Data survives `stop`, `kill` and `restart`; the process does not
 * survive its parent.
 *
 * It always gets one worker: concurrent writes to one collection corrupt the log of milvus-lite 3.2.2, and rows that it
 * acknowledged are gone after a restart.
 *
 * @throws Error with the end of the server's log
 */
export async function startMilvusLite(options: MilvusOptions = {}): Promise<MilvusServer> {
  const python = await installMilvusLite(options.progress);
  const dataDir = options.dataDir ?? (await temporaryFolder('milvus')).path;
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  const data = join(dataDir, 'data');
  await mkdir(data, { recursive: true });
  const listen = ['--data-dir', data, '--host', '127.0.0.1', '--port', String(port), '--max-workers', '1'];
  const child = await startChild({
    name: 'milvus-lite',
    command: python,
    args: ['-u', '-m', 'milvus_lite', 'server', ...listen],
    logFile: options.logFile ?? join(dataDir, 'milvus.log'),
    ready: () => answers(address),
  });
  const remove = async (): Promise<void> => {
    await child.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return Object.assign(child, { address, remove });
}

async function answers(address: string): Promise<boolean> {
  const client = new Client(address, credentials.createInsecure());
  try {
    return await new Promise((resolve) => client.waitForReady(Date.now() + 500, (error) => resolve(!error)));
  } finally {
    client.close();
  }
}
