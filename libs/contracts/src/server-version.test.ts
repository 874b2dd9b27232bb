import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAtLeast, serverVersionOf } from './server-version.ts';

const milvus = (major: number, minor: number, patch: number) => ({ product: 'milvus', major, minor, patch });

const readings: readonly (readonly [string, object])[] = [
  ['v2.6.22', milvus(2, 6, 22)],
  ['2.6.22', milvus(2, 6, 22)],
  ['v2.6.0-rc1', milvus(2, 6, 0)],
  ['v2.3.5', milvus(2, 3, 5)],
  ['2.6.11-dev', milvus(2, 6, 11)],
  ['2.4-20240101-abcdef', milvus(2, 4, Number.POSITIVE_INFINITY)],
  ['2.6-latest', milvus(2, 6, Number.POSITIVE_INFINITY)],
  ['Zilliz Cloud Vector Database(Compatible with Milvus 2.6)', milvus(2, 6, Number.POSITIVE_INFINITY)],
  ['milvus_lite-3.2.2', { product: 'milvus-lite' }],
  ['milvus-lite 4', { product: 'milvus-lite' }],
];
const builds = ['master-20260224-2d14975d18', 'feature-2.6-fix-20260224-2d14975d18', 'unknown-20260608-7ea6e3526'];
const unknown = [...builds, '', '2', '2.6.', '2.6.0.1', 'x2.6.0'].map(
  (text) => [text, { product: 'unknown' }] as const,
);

test.each([...readings, ...unknown])('%s is read', (text, version) => {
  expect(serverVersionOf(text)).toEqual(version);
});

test.each([
  ['v2.6.4', '2.6.4', true],
  ['v2.6.3', '2.6.4', false],
  ['v2.5.99', '2.6', false],
  ['v2.6.0', '2.6', true],
  ['v2.10.0', '2.6.4', true],
  ['v3.0.0', '2.6.4', true],
  ['v3.0.0', '3.0', true],
  ['2.6-latest', '2.6.4', true],
  ['2.6-latest', '3.0', false],
  ['master-20260224-2d14975d18', '3.0', true],
  ['milvus_lite-3.2.2', '2.3', false],
] as const)('%s is at least %s: %s', (text, version, expected) => {
  expect(isAtLeast(serverVersionOf(text), version)).toBe(expected);
});

test('property: versions are ordered by their numbers, and any text is read', () => {
  const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30));
  fc.assert(
    fc.property(version, version, (a, b) => {
      const order = a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
      expect(isAtLeast(serverVersionOf(`v${a.join('.')}`), `${b[0]}.${b[1]}.${b[2]}`)).toBe(order >= 0);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void isAtLeast(serverVersionOf(text), '2.6')));
});
