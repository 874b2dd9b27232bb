import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBase64 } from './base64.ts';
import { FloatReader } from './float-reader.ts';
import { valueAt } from './json-value.ts';

const fragments = ['=', '==', 'A', '-', '_', '\n', '\\n', '\\u0041', '\\/', '"', ' ', 'é', '/', '+'];
const damages = fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom(...fragments)), { maxLength: 2 });

test('property: base64 is read where it is that of finite numbers and nothing else', () => {
  const vectors = fc.array(fc.oneof(fc.float(), fc.constantFrom(Number.NaN, 0, 1)), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(vectors, damages, fc.integer({ min: -1, max: 1 }), (vector, changes, more) => {
      const numbers = Buffer.alloc(vector.length * 4);
      for (const [index, number] of vector.entries()) numbers.writeFloatLE(number, index * 4);
      const text = changes.reduce((all, [position, removed, inserted]) => {
        const at = position % (all.length + 1);
        return all.slice(0, at) + inserted + all.slice(at + removed);
      }, numbers.toString('base64'));
      const document = Buffer.from(`"${text}","link":"x"}`);
      const count = Math.max(1, vector.length + more);
      const reader = new FloatReader(count);
      const value = valueAt(document, 0);
      const plain = value.escaped ? undefined : readBase64(document, value);
      const isVector =
        plain?.length === count * 4 &&
        Array.from({ length: count }, (_, index) => plain.readFloatLE(index * 4)).every(Number.isFinite);
      assert.equal(reader.read(document, 0), isVector ? value.end : -1, document.toString());
      if (isVector) assert.deepEqual(reader.bytes, plain);
    }),
    { numRuns: 5_000 },
  );
});

test('infinite numbers and NaN are left to be told, the largest ones are read', () => {
  const reader = new FloatReader(2);
  const end = (...bits: readonly number[]) => {
    const bytes = Buffer.alloc(8);
    for (const [index, word] of bits.entries()) bytes.writeUInt32LE(word, index * 4);
    return reader.read(Buffer.from(`"${bytes.toString('base64')}"`), 0);
  };
  for (const word of [0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xff80_0001]) {
    expect([end(word, 0), end(0, word)]).toEqual([-1, -1]);
  }
  for (const word of [0x7f7f_ffff, 0xff7f_ffff, 0x8000_0000, 0x0000_0001]) expect(end(word, word)).toBe(14);
});

test('other values are left to others', () => {
  for (const text of ['null', '{"a":[0.5]}', '0.5', '"', '"AAAA', '']) {
    expect(new FloatReader(1).read(Buffer.from(text), 0)).toBe(-1);
  }
});
