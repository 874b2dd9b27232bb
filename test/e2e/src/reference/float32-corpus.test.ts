import { expect, it } from 'vitest';
import { float32Hex, nearestFloat32 } from './float32.ts';
import { float32Corpus, int64Edges } from './float32-corpus.ts';

it('is what a rounding by comparison of decimals finds too', () => {
  const corpus = float32Corpus();
  expect(corpus.length).toBeGreaterThan(4_000);
  const hexOf = (bits: number): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(bits);
    return bytes.toString('hex');
  };
  expect(corpus.filter(({ text, bits }) => float32Hex([nearestFloat32(text)]) !== hexOf(bits))).toEqual([]);
});

it('has both ends of Int64, and both neighbours of what a double holds exactly', () => {
  const edges = int64Edges();
  for (const edge of [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, -(2n ** 53n) - 1n]) expect(edges).toContain(edge);
});
