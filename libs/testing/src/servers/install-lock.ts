import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Runs `work` while no other process on this machine runs work under the same name.
 *
 * The lock is a listening socket in Linux's abstract namespace: the kernel frees it when its owner ends, however it
 * ends, so there is no stale lock to judge. Who comes second waits on a connection that closes with the owner.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const release = await tryLock(name);
    if (release === undefined) {
      await untilReleased(name);
      continue;
    }
    try {
      return await work();
    } finally {
      release();
    }
  }
}

const socketOf = (name: string): string => `\0millrace-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

/** Takes the lock of that name unless another process has it. @returns releases it; undefined when it was not free */
export async function tryLock(name: string): Promise<(() => void) | undefined> {
  const waiting = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => waiting.delete(socket));
  });
  server.listen(socketOf(name)).unref();
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
  return () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
}

function untilReleased(name: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(socketOf(name));
    // A refused or broken connection means the same as a closed one: the owner has gone.
    socket.once('error', () => socket.destroy());
    socket.once('close', () => resolve());
    socket.resume();
  });
}
