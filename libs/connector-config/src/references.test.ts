import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileBytesMax } from './config-files.ts';
import { checkReferences, type ReferenceSources, resolveReferences } from './references.ts';

const canary = 'canary-9c1e';
const stored: Record<string, string> = {
  '/run/secrets/milvus.properties': `token=${canary}\nempty=\n`,
  '/big.properties': `token=${'x'.repeat(fileBytesMax)}`,
};
const sources: ReferenceSources = {
  env: { TOKEN: canary, EMPTY: '', LOOP: ['$', '{env:TOKEN}'].join('') },
  readFile(path) {
    const text = stored[path];
    if (text === undefined) throw Object.assign(new Error(`no such file ${canary}`), { code: 'ENOENT' });
    return Buffer.from(text);
  },
  allow: (reference) => reference.provider === 'env' || !reference.path.startsWith('/etc/'),
};
const resolve = (text: string) => resolveReferences(text, sources);
const reference = (inside: string) => ['$', '{', inside, '}'].join('');

test('references are replaced wherever they stand in the text', () => {
  const text = `a ${reference('env:TOKEN')} b ${reference('file:/run/secrets/milvus.properties:token')}`;
  expect(resolve(text)).toEqual({ ok: true, text: `a ${canary} b ${canary}` });
  expect(resolve(reference('env:EMPTY'))).toEqual({ ok: true, text: '' });
  expect(resolve(`${reference('topic')} stays`)).toEqual({ ok: true, text: `${reference('topic')} stays` });
});

test('what a reference gives is not searched for references again', () => {
  expect(resolve(reference('env:LOOP'))).toEqual({ ok: true, text: reference('env:TOKEN') });
});

test.each([
  ['an unset variable', 'env:UNSET', 'the environment has no UNSET'],
  ['a name from Object.prototype', 'env:constructor', 'the environment has no constructor'],
  ['no name', 'env:', 'not a name'],
  ['a reference in a reference', `env:${reference('env:TOKEN')}`, 'inside a reference'],
  ['a missing file', 'file:/none:token', 'does not exist'],
  ['a missing key', 'file:/run/secrets/milvus.properties:tokn', 'no key tokn'],
  ['a relative path', 'file:secrets.properties:token', 'absolute'],
  ['no key', 'file:/run/secrets/milvus.properties:', 'absolute'],
  ['a path that is not allowed', 'file:/etc/shadow:root', 'not on the list'],
  ['a way around the list', 'file:/run/../etc/shadow:root', 'not on the list'],
  ['a huge file', 'file:/big.properties:token', 'larger than'],
  ['an unknown provider', 'vault:a:b', 'env and file'],
])('%s is an error that names the reference and no value', (_, inside, words) => {
  const result = resolve(reference(inside));
  expect(result.ok).toBe(false);
  const text = JSON.stringify(result);
  expect(text).toContain(words);
  expect(text).not.toContain(canary);
});

test('all errors of a text come back at once, an unclosed reference among them', () => {
  const result = resolve(`${reference('env:A')}${reference('env:B')} $\{env:TOKEN`);
  expect(result.ok === false && result.errors).toHaveLength(3);
});

test('the form of a reference that somebody else resolves is checked without resolving it', () => {
  expect(checkReferences(reference('env:UNSET'))).toEqual([]);
  expect(checkReferences(reference('vault:x'))).toHaveLength(1);
});

test('no text makes it throw, and text without a reference comes back unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('$', '{', '}', ':', 'env', 'a') })), (text) => {
      const result = resolve(text);
      if (!text.includes('${')) expect(result).toEqual({ ok: true, text });
    }),
  );
});
