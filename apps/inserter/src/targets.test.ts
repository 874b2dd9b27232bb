import { inspect } from 'node:util';
import { Secret } from '@millrace/connector-config';
import { expect, test } from 'vitest';
import { parseReferenceRules } from './reference-rules.ts';
import { type TargetOptions, Targets } from './targets.ts';

const secret = 'canary-7f3a';
const options: TargetOptions = {
  defaultEndpoint: 'http://milvus:19530',
  defaultToken: new Secret('default'),
  allowedEndpoints: [],
  connectTimeoutMs: 1_000,
  references: {
    env: { MILVUS_TOKEN: secret, HOME: '/root' },
    readFile: () => Buffer.from(`token=${secret}`),
    allow: parseReferenceRules('env:MILVUS_*,file:/run/secrets/*'),
  },
};
const target = { endpoint: '', token: '', database: '', collection: 'c', partition: '' };

function resolve(change: Partial<typeof target>, more: Partial<TargetOptions> = {}) {
  return new Targets({ ...options, ...more }).resolve({ ...target, ...change });
}

function connection(change: Partial<typeof target>, more: Partial<TargetOptions> = {}) {
  const resolved = resolve(change, more);
  if ('code' in resolved) throw new Error(resolved.code);
  return resolved.connection;
}

test('a lane that names neither endpoint nor token gets the defaults', () => {
  const { endpoint, token } = connection({});
  expect([endpoint.url, endpoint.tls, token.reveal()]).toEqual(['http://milvus:19530', false, 'default']);
});

test('https means TLS', () => {
  expect(connection({ endpoint: 'https://zilliz:443' }).endpoint).toMatchObject({
    tls: true,
    host: 'zilliz',
    port: 443,
  });
});

test.each([
  ['a literal', secret],
  ['a variable', `\${env:MILVUS_TOKEN}`],
  ['a key of a file', `\${file:/run/secrets/milvus:token}`],
])('a token may be %s', (_, token) => {
  expect(connection({ token }).token.reveal()).toBe(secret);
});

test.each([
  ['endpoint_invalid', { endpoint: 'http://user:pass@host' }],
  ['token_unresolved', { token: `\${env:HOME}` }],
  ['token_unresolved', { token: `\${env:MILVUS_OTHER}` }],
  ['token_unresolved', { token: `\${file:/etc/passwd:root}` }],
  ['collection_missing', { collection: '' }],
  ['name_too_long', { database: 'x'.repeat(256) }],
])('%s is a failure that an operator has to put right', (code, change) => {
  expect(resolve(change)).toMatchObject({ code: `target.${code}`, class: 2 });
});

test('with a list of endpoints no other is dialled', () => {
  const more = { allowedEndpoints: ['http://a:19530'] };
  expect(connection({ endpoint: 'a:19530' }, more).endpoint.url).toBe('http://a:19530');
  expect(resolve({ endpoint: 'http://b:19530' }, more)).toMatchObject({ code: 'target.endpoint_not_allowed' });
  expect(resolve({}, more)).toMatchObject({ code: 'target.endpoint_not_allowed' });
});

test('a connection is shared by targets of one endpoint and token only, and its token never shows', () => {
  const targets = new Targets(options);
  const key = (change: object) => {
    const resolved = targets.resolve({ ...target, ...change });
    return 'code' in resolved ? '' : resolved.connection.key;
  };
  expect(key({ token: secret, collection: 'd' })).toBe(key({ token: secret }));
  expect(key({ token: 'other' })).not.toBe(key({ token: secret }));
  expect(key({ endpoint: 'http://other:1', token: secret })).not.toBe(key({ token: secret }));
  const resolved = resolve({ token: secret });
  expect(`${inspect(resolved, { depth: 9 })}${JSON.stringify(resolved)}`).not.toContain(secret);
});

test.each([
  ['env:MILVUS_*', { provider: 'env', name: 'MILVUS_X' }, true],
  ['env:*_TOKEN', { provider: 'env', name: 'MY_TOKEN' }, true],
  ['env:A*B*C', { provider: 'env', name: 'AxByC' }, true],
  ['env:A*B*C', { provider: 'env', name: 'ABxB' }, false],
  ['env:AB*BA', { provider: 'env', name: 'ABA' }, false],
  ['env:NAME', { provider: 'env', name: 'NAMES' }, false],
  ['file:/a/*', { provider: 'file', path: '/a/b', key: 'k' }, true],
  ['file:/a/*', { provider: 'env', name: 'a' }, false],
  ['', { provider: 'env', name: 'a' }, false],
] as const)('the rule %s for %o says %s', (rule, reference, allowed) => {
  expect(parseReferenceRules(rule)(reference)).toBe(allowed);
});

test('a rule that is neither is a mistake of the config', () => {
  expect(() => parseReferenceRules('PATH')).toThrow('wants env:NAME or file:/path');
});
