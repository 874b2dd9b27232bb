import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '@millrace/delivery';
import { CliError } from '../cli-error.ts';

/** What a server answered, or why it may answer later. */
export type Asked<Value> = { readonly value: Value } | { readonly later: string; readonly afterMs?: number };

/** How long a server may be away, or say "later", before a command gives up. */
const patienceMs = 60_000;

/**
 * Asks until there is an answer: for reads, which do no harm when they are made twice.
 *
 * @throws CliError with the last reason, after a minute without an answer
 */
export async function askAgain<Value>(ask: () => Promise<Asked<Value>>): Promise<Value> {
  const backoff = new Backoff({ minMs: 100, maxMs: 5_000 });
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const asked = await ask();
    if ('value' in asked) return asked.value;
    if (performance.now() > endMs) throw new CliError(asked.later, 'unavailable');
    await delay(backoff.next(asked.afterMs));
  }
}
