import { freePort, tryLock } from '@millrace/testing';

/**
 * The port where people look for that server or, where it is taken, a free one. Two starts at the same time do not choose
 * the same port: who has chosen it holds a lock on it, also before its server listens.
 */
export async function usualPort(port: number): Promise<number> {
  const isOurs = (await tryLock(`port ${port}`)) !== undefined;
  return isOurs ? freePort(port) : freePort();
}
