import { expect, test } from 'vitest';
import { allowedReferences } from './allowed-references.ts';

const allowed = allowedReferences('KAFKA_*, TOKEN', '/run/secrets/,/etc/keys');
const env = (name: string) => allowed({ provider: 'env', name });
const file = (path: string) => allowed({ provider: 'file', path, key: 'k' });

test('variables are allowed by name, or by the beginning of their name', () => {
  expect(['KAFKA_PASSWORD', 'TOKEN', 'TOKEN_2', 'PATH', 'MY_KAFKA_PASSWORD'].map(env)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('files are allowed inside a folder that is named, and nowhere else', () => {
  expect(['/run/secrets/a', '/etc/keys/b/c', '/run/secrets-old/a', '/etc/keys', '/a'].map(file)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(allowedReferences('', '')({ provider: 'file', path: '/a', key: 'k' })).toBe(false);
});
