import { createServer } from 'node:net';

/**
 * Ports are drawn from below Linux's range for outgoing connections (32768 and up). From inside that range a client that
 * keeps dialling a stopped server could be given the server's own port, and keep it from coming back.
 */
const lowest = 20_000;
const count = 12_000;
const attemptsMax = 100;

/** Whether a server could listen on the port of the loopback interface right now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}

/**
 * A port of the loopback interface on which nothing listens.
 *
 * @param preferred taken when it is free, so that a person finds a server where it usually is
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const port = lowest + Math.floor(Math.random() * count);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port found between ${lowest} and ${lowest + count} in ${attemptsMax} attempts`);
}

/** That many different ones. */
export async function freePorts(wanted: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < wanted) ports.add(await freePort());
  return [...ports];
}
