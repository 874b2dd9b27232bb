import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './child-process.ts';
import { freePorts } from './free-port.ts';
import { installMilvus } from './milvus-install.ts';
import type { MilvusOptions, MilvusServer } from './milvus-lite-server.ts';
import {
  etcdSettings,
  type MilvusLimits,
  type MilvusPorts,
  milvusListeners,
  milvusSettings,
} from './milvus-settings.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type FullMilvusOptions = MilvusOptions & MilvusLimits;

/** It names the pid file, which would be one for the whole machine without it. */
const alias = 'millrace-';
const pidFilePrefix = `standalone-${alias}`;

/**
 * Starts the full Milvus 2.3.5 and waits until it answers: for what milvus-lite does not have, since it costs more (2 to
 * 4 s and 180 MB from the start, 3 s for each collection). Data survives `stop`, `kill` and `restart`; the process does
 * not survive its parent. Any number may run side by side.
 *
 * A restart takes 10 s, and the collections are loaded another 10 s later, once the sessions of the last run have expired.
 *
 * @throws Error with the end of the server's log; on a machine that cannot run it, see canRunMilvus
 */
export async function startMilvus(options: FullMilvusOptions = {}): Promise<MilvusServer> {
  const installed = await installMilvus(options.progress);
  const dataDir = options.dataDir ?? (await temporaryFolder('milvus-full')).path;
  const ports = await choosePorts(options.port);
  const address = `127.0.0.1:${ports.proxy}`;
  await writeConfiguration(installed, dataDir, ports);

  const bin = join(installed, 'bin');
  const child = await startChild({
    name: 'Milvus',
    command: join(bin, 'milvus'),
    args: ['run', 'standalone', '-alias', `${alias}${ports.proxy}`],
    cwd: dataDir,
    env: { PATH: process.env.PATH, LD_LIBRARY_PATH: bin, ...milvusSettings(dataDir, ports, options) },
    logFile: options.logFile ?? join(dataDir, 'milvus.log'),
    ready: () => isHealthy(ports.metrics),
  });
  const remove = async (): Promise<void> => {
    await child.kill();
    await removeStrays();
    await rm(dataDir, { recursive: true, force: true });
  };
  return Object.assign(child, { address, remove });
}

async function choosePorts(proxy: number | undefined): Promise<MilvusPorts> {
  const ports = await freePorts(milvusListeners.length);
  const drawn = Object.fromEntries(milvusListeners.map((name, index) => [name, ports[index]])) as MilvusPorts;
  return { ...drawn, proxy: proxy ?? drawn.proxy };
}

async function writeConfiguration(installed: string, dataDir: string, ports: MilvusPorts): Promise<void> {
  const configs = join(dataDir, 'configs');
  await mkdir(configs, { recursive: true });
  for (const file of ['milvus.yaml', 'glog.conf'])
    await copyFile(join(installed, 'configs', file), join(configs, file));
  // Every JSON document is a YAML document.
  await writeFile(join(configs, 'etcd.yaml'), JSON.stringify(etcdSettings(dataDir, ports), null, 2));
}

async function isHealthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1_000) });
  return answer.status === 200;
}

/**
 * Removes what ended servers left outside their data folders: Milvus writes a pid file, and one that is named after the
 * pid, and removes neither when it is killed.
 */
async function removeStrays(): Promise<void> {
  for (const folder of ['/run/milvus', '/tmp/milvus']) {
    for (const file of await readdir(folder).catch(() => [])) {
      const path = join(folder, file);
      const pid = file.startsWith(pidFilePrefix) ? await readFile(path, 'utf8') : /^server_id_(\d+)$/.exec(file)?.[1];
      if (pid !== undefined && !existsSync(`/proc/${pid.trim()}`)) await rm(path, { force: true });
    }
  }
}
