import { fileURLToPath } from 'node:url';
import { type Child, freePorts, startChild } from '@millrace/testing';

/** What the server has taken since it began. */
export interface Taken {
  readonly rows: number;
  readonly requests: number;
  /** Of the requests. */
  readonly bytes: number;
}

export interface NullMilvus extends Child {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  taken(): Promise<Taken>;
}

/** Starts a server that acknowledges every write at once, as a process of its own. */
export async function startNullMilvus(folder: string): Promise<NullMilvus> {
  const [port = 0, httpPort = 0] = await freePorts(2);
  const taken = async () => (await (await fetch(`http://127.0.0.1:${httpPort}/`)).json()) as Taken;
  const child = await startChild({
    name: 'null Milvus',
    command: process.execPath,
    args: [fileURLToPath(new URL('main.ts', import.meta.url)), String(port), String(httpPort)],
    logFile: `${folder}/null-milvus.log`,
    ready: () => taken().then(() => true),
  });
  return Object.assign(child, { address: `127.0.0.1:${port}`, taken });
}
