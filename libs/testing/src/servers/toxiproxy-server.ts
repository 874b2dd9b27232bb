import { join } from 'node:path';
import { type Child, startChild } from './child-process.ts';
import { freePort } from './free-port.ts';
import type { Progress } from './run-command.ts';
import { installToxiproxy } from './toxiproxy-install.ts';

/** Of a request to its API. */
const timeoutMs = 10_000;

/** Which way bytes go: `upstream` is from the client to the server. */
export type ToxicStream = 'upstream' | 'downstream';

/** What is done to a link; types and attributes are toxiproxy's. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slicer' | 'timeout' | 'reset_peer';
  readonly stream: ToxicStream;
  readonly attributes: Readonly<Record<string, number>>;
}

/** A proxy before one address. */
export interface ToxicLink {
  readonly name: string;
  readonly port: number;
  /** Does it to the connections that there are, and to new ones. One of a type and a stream at a time. */
  add(toxic: Toxic): Promise<void>;
  /** Undoes what was done, if it is still being done. A `timeout` closes its connections then; what a `latency` holds goes on its way. */
  remove(toxic: Toxic): Promise<void>;
}

export interface ToxiproxyServer extends Child {
  /** @param upstream `host:port`; nothing need listen there yet */
  link(name: string, upstream: string): Promise<ToxicLink>;
  /** Kills it, which cuts every connection, and starts it again with the same links and no toxics. */
  renew(): Promise<void>;
}

/** Toxiproxy does not answer. */
export class ToxiproxyHangsError extends Error {
  constructor(what: string, cause: unknown) {
    super(`toxiproxy does not answer ${what}`, { cause });
    this.name = 'ToxiproxyHangsError';
  }
}

/**
 * Starts a toxiproxy on the loopback interface. It keeps nothing on disk.
 *
 * @throws MissingGoError where it is not built yet and cannot be
 */
export async function startToxiproxy(options: {
  readonly logFile: string;
  readonly progress?: Progress;
}): Promise<ToxiproxyServer> {
  const bin = await installToxiproxy(options.progress);
  const port = await freePort();
  const api = `http://127.0.0.1:${port}`;
  const child = await startChild({
    name: 'toxiproxy',
    command: join(bin, 'server'),
    args: ['-host', '127.0.0.1', '-port', String(port)],
    env: { LOG_LEVEL: 'warn' },
    logFile: options.logFile,
    ready: async () => (await call(api, 'GET', '/version')).ok,
  });
  const proxies: object[] = [];
  const link = async (name: string, upstream: string): Promise<ToxicLink> => {
    const listenPort = await freePort();
    const proxy = { name, listen: `127.0.0.1:${listenPort}`, upstream, enabled: true };
    await call(api, 'POST', '/proxies', proxy);
    proxies.push(proxy);
    const toxics = `/proxies/${name}/toxics`;
    const nameOf = ({ type, stream }: Toxic) => `${type}-${stream}`;
    return {
      name,
      port: listenPort,
      add: async (toxic) => void (await call(api, 'POST', toxics, { name: nameOf(toxic), toxicity: 1, ...toxic })),
      remove: async (toxic) => void (await call(api, 'DELETE', `${toxics}/${nameOf(toxic)}`, undefined, [404])),
    };
  };
  const renew = async (): Promise<void> => {
    await child.kill();
    await child.restart();
    for (const proxy of proxies) await call(api, 'POST', '/proxies', proxy);
  };
  return Object.assign(child, { link, renew });
}

/** @param expected statuses beside those of success */
async function call(
  api: string,
  method: string,
  path: string,
  body?: object,
  expected: readonly number[] = [],
): Promise<Response> {
  const options = { method, signal: AbortSignal.timeout(timeoutMs), ...(body && { body: JSON.stringify(body) }) };
  const answer = await fetch(`${api}${path}`, options).catch((error: unknown) => {
    throw new ToxiproxyHangsError(`${method} ${path}`, error);
  });
  if (!answer.ok && !expected.includes(answer.status))
    throw new Error(`toxiproxy answers ${answer.status} to ${method} ${path}: ${await answer.text()}`);
  return answer;
}
