import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy before a server of ours, so that a test can cut single connections. */
export interface SeveringProxy {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Cuts the connection that the server knows by this port of its peer; all of them without one. */
  sever(peerPort?: number): void;
  close(): Promise<void>;
}

export async function startSeveringProxy(targetPort: number, port = 0): Promise<SeveringProxy> {
  const pairs = new Set<{ readonly inner: Socket; readonly outer: Socket }>();
  let connections = 0;
  const server = createServer((outer) => {
    connections += 1;
    const inner = connect(targetPort, '127.0.0.1');
    const pair = { inner, outer };
    pairs.add(pair);
    const cut = () => {
      pairs.delete(pair);
      inner.destroy();
      outer.destroy();
    };
    for (const socket of [inner, outer]) socket.setNoDelay(true).on('error', cut).on('close', cut);
    outer.pipe(inner).pipe(outer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const sever = (peerPort?: number) => {
    for (const { inner, outer } of pairs) {
      if (peerPort !== undefined && inner.localPort !== peerPort) continue;
      outer.resetAndDestroy();
      inner.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    sever,
    async close() {
      sever();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
