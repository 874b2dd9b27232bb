import { connectorTable } from './all-keys.ts';
import { keyName } from './parse-properties.ts';
import type { Entry } from './problem.ts';

const mayBeSecret = /password|secret|token|credential|jaas|\bkey$/i;

/**
 * A connector's keys fit for an API answer. `***` stands for secrets, for an endpoint with credentials in it, and for
 * keys that the table knows only as a family or not at all, because they may be secrets too.
 */
export function shownConfig(entries: Iterable<Entry>): Readonly<Record<string, string>> {
  const pairs = [...entries].flatMap(({ key, text }) =>
    keyName(key) === undefined ? [] : [[key, isOpen(key, text) ? text : '***'] as const],
  );
  return Object.fromEntries(pairs);
}

function isOpen(key: string, text: string): boolean {
  const spec = Object.hasOwn(connectorTable, key) ? connectorTable[key] : undefined;
  if (spec === undefined || mayBeSecret.test(key)) return false;
  return spec.status !== 'used' || (spec.type !== 'password' && !(key === 'public.endpoint' && /[@?]/.test(text)));
}
