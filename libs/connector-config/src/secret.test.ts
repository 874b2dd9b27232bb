import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

test('a secret shows as *** however it is printed, and reveals its text only when asked', () => {
  const secret = new Secret('canary-7f3a');
  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ nested: [secret] }, { showHidden: true, depth: null }),
    format('%s %o %j', secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(structuredClone({ ...secret })),
  ].join('\n');
  expect(printed).not.toContain('canary');
  expect(printed).toContain('***');
  expect(secret.reveal()).toBe('canary-7f3a');
});
