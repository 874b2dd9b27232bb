import { setTimeout as delay } from 'node:timers/promises';

const pollDefaultMs = 100;

export interface UntilOptions {
  readonly timeoutMs: number;
  /** Between two questions; 100 by default. */
  readonly pollMs?: number;
  /** Says what is the case instead, for the error. */
  readonly found?: () => unknown;
}

/**
 * Asks again and again until the answer is neither false, undefined nor zero, and returns it. A rejection is passed on.
 *
 * @throws Error that names what was waited for and what was found instead
 */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false>,
  { timeoutMs, found, pollMs = pollDefaultMs }: UntilOptions,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== 0) return answer;
    if (performance.now() > deadline) {
      const instead = found === undefined ? '' : `; found ${JSON.stringify(await found())}`;
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}${instead}`);
    }
    await delay(pollMs);
  }
}
