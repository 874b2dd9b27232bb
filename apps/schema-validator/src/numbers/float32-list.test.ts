import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatForms } from '../testing/exact-number.ts';
import { floatTexts } from '../testing/number-texts.ts';
import { anyDamage, anySpace, damaged } from '../testing/random-documents.ts';
import { readFloat32 } from './float32.ts';
import { Float32List } from './float32-list.ts';

/** The list at `start` by the engine's reader, and its numbers one by one. */
function readPlain(
  text: Buffer,
  start: number,
  count: number,
): { readonly end: number; readonly bytes: Buffer } | undefined {
  const end = text.indexOf(']', start) + 1;
  const list = text.toString('latin1', start, end);
  const items = isListOfNumbers(list)
    ? list
        .slice(1, -1)
        .split(',')
        .map((item) => Buffer.from(item.trim()))
    : [];
  const numbers = items.map((item) => readFloat32(item, 0, item.length));
  if (numbers.length !== count || !numbers.every(Number.isFinite)) return undefined;
  const bytes = Buffer.alloc(count * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
  return { end, bytes };
}

function isListOfNumbers(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');
  } catch {
    return false;
  }
}

function checkAgainstPlain(text: Buffer, start: number, count: number): void {
  const list = new Float32List(count);
  const end = list.read(text, start);
  const plain = readPlain(text, start, count);
  assert.equal(end, plain?.end ?? -1, text.toString());
  if (plain) assert.deepEqual(list.bytes, plain.bytes, text.toString());
}

/** A number without an exponent: `units` / 10^`scale`. */
function fixedText(units: bigint, scale: number): string {
  const digits = `${units}`.padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
}

const signs = fc.constantFrom('', '-');
/** What the quick way is for, and somewhat more digits than it takes. */
const shortTexts = fc
  .tuple(signs, fc.bigInt({ min: 0n, max: 10n ** 50n }), fc.nat(49))
  .map(([sign, units, scale]) => sign + fixedText(units % 10n ** BigInt(scale + 1), scale));
/** Halfway between two float32 below 8, or next to it in a digit further behind. */
const halfwayTexts = fc
  .record({
    sign: signs,
    units: fc.bigInt({ min: 2n ** 23n, max: 2n ** 24n - 1n }),
    twos: fc.integer({ min: 22, max: 40 }),
    nudge: fc.constantFrom(-1n, 0n, 1n),
    distance: fc.nat(12),
  })
  .map(({ sign, units, twos, nudge, distance }) => {
    const exact = (2n * units + 1n) * 5n ** BigInt(twos);
    return sign + fixedText(exact * 10n ** BigInt(distance) + nudge, twos + distance);
  });
const texts = fc.oneof(
  { weight: 4, arbitrary: shortTexts },
  { weight: 2, arbitrary: halfwayTexts },
  { weight: 2, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }).map((number) => JSON.stringify(number)) },
  { weight: 1, arbitrary: floatTexts(floatForms.float32) },
);
const lists = fc.array(texts, { minLength: 1, maxLength: 24 });
const tails = fc.constantFrom('', '}', `,"link":"${'x'.repeat(80)}"}`);

test('property: a list of numbers is read as each of them is alone', () => {
  fc.assert(
    fc.property(lists, fc.constantFrom(',', ', '), tails, (items, separator, tail) => {
      const text = Buffer.from(`{"v":[${items.join(separator)}]${tail}`);
      for (const count of [items.length - 1, items.length, items.length + 1]) checkAgainstPlain(text, 5, count);
    }),
    { numRuns: 2_000 },
  );
});

test('property: what is no list of numbers is not read, wherever white space and damage are', () => {
  fc.assert(
    fc.property(lists, anySpace, anyDamage, tails, (items, space, damages, tail) => {
      const list = `[${items.map((item) => space() + item + space()).join(',')}]`;
      const text = Buffer.concat([Buffer.from('['), damaged(Buffer.from(`${list.slice(1)}${tail}`), damages)]);
      checkAgainstPlain(text, 0, items.length);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['0.', '-0.', '.5', '-.5', '--0.5', '00.5', '0.5.5', '0.5e', '+0.5', '', '0.5 5', '0,5', '0x5', ' .5'])(
  '%s is no number',
  (item) => {
    for (const list of [`[${item},0.5]`, `[0.5,${item}]`]) {
      expect(new Float32List(2).read(Buffer.from(list + ' '.repeat(80)), 0)).toBe(-1);
    }
  },
);

test('a list that is read after a longer and a bad one holds nothing of them', () => {
  const list = new Float32List(2);
  const numbersOf = (text: string) =>
    list.read(Buffer.from(text), 0) < 0 ? [] : [0, 4].map((at) => list.bytes.readFloatLE(at));
  expect(numbersOf('[0.5,-1.25]')).toEqual([0.5, -1.25]);
  expect(numbersOf('[2.5,2.5,2.5]')).toEqual([]);
  expect(numbersOf('[3.5,"x"]')).toEqual([]);
  expect(numbersOf('[0.25,4]')).toEqual([0.25, 4]);
});
