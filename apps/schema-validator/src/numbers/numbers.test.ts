import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFloat32 } from './float32.ts';
import { readFloat64 } from './float64.ts';
import { readInteger } from './integer.ts';

const bytesOf = (text: string) => Buffer.from(text);
const integer = (text: string) => readInteger(bytesOf(text), 0, text.length);
const float32 = (text: string) => readFloat32(bytesOf(text), 0, text.length);
const float64 = (text: string) => readFloat64(bytesOf(text), 0, text.length);

describe('integers keep every digit', () => {
  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['9007199254740991', 2n ** 53n - 1n],
    ['9007199254740992', 2n ** 53n],
    ['9007199254740993', 2n ** 53n + 1n],
    ['-9007199254740993', -(2n ** 53n) - 1n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['9223372036854775808', 2n ** 63n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['-9223372036854775809', -(2n ** 63n) - 1n],
    ['18446744073709551616', 2n ** 64n],
    ['1.0', 1n],
    ['1e3', 1000n],
    ['-1.50e1', -15n],
    ['1234567890123456789.000', 1234567890123456789n],
    ['9223372036854775807.0e0', 2n ** 63n - 1n],
    ['0.000e99999999999999999999', 0n],
    ['1000000000000000000000e-3', 10n ** 18n],
  ])('%s', (text, value) => {
    const read = integer(text);
    expect(typeof read === 'string' ? read : BigInt(read)).toBe(value);
  });

  test('zero has no sign', () => {
    expect(Object.is(integer('-0'), 0)).toBe(true);
    expect(Object.is(integer('-0.0'), 0)).toBe(true);
  });

  test.each(['0.5', '1e-1', '-1.0000000000000000000001', '1e-999999999999', '12345.6e0'])(
    '%s is no integer',
    (text) => {
      expect(integer(text)).toBe('fraction');
    },
  );

  test.each(['1e400', '-1e99999999999999999999', '9'.repeat(100_000), '1e21'])('%.30s is beyond 64 bits', (text) => {
    expect(integer(text)).toBe('huge');
  });

  test('property: any 64-bit integer in any spelling', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.nat(25), (value, zeros) => {
        for (const text of [
          `${value}`,
          `${value}.${'0'.repeat(zeros + 1)}`,
          `${value}${'0'.repeat(zeros)}e-${zeros}`,
        ]) {
          const read = integer(text);
          expect(typeof read === 'string' ? read : BigInt(read)).toBe(value);
        }
      }),
    );
  });
});

describe('float64 is what the engine reads', () => {
  test.each([
    '0',
    '-0',
    '0.0',
    '-0.0e0',
    '1e22',
    '1e23',
    '0.1',
    '123456789012345.6',
    '1e400',
    '-1e400',
    '1e-400',
    '5e-324',
  ])('%s', (text) => {
    expect(Object.is(float64(text), Number(text))).toBe(true);
  });

  test('property: any double, shortest or with any number of digits', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          for (const text of [JSON.stringify(value), value.toExponential(digits)]) {
            expect(Object.is(float64(text), Number(text)), text).toBe(true);
          }
          if (Math.abs(value) < 1e21)
            expect(Object.is(float64(value.toFixed(digits)), Number(value.toFixed(digits)))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('float32 is the nearest to the decimal text, ties to even', () => {
  test.each([
    // Halfway between 1 and its successor, and a little to either side: a double sees all three as the tie.
    ['1.000000059604644775390625', 1],
    ['1.00000005960464477539062500000000000000000001', 1 + 2 ** -23],
    ['1.00000005960464477539062499999999999999999999', 1],
    ['1.000000178813934326171875', 1 + 2 ** -22],
    ['1.00000017881393432617187499999999999999999999', 1 + 2 ** -23],
    ['-1.00000005960464477539062500000000000000000001', -1 - 2 ** -23],
    ['16777217', 16777216],
    ['16777217.000000000000000000001', 16777218],
    ['16777219', 16777220],
    ['340282346638528859811704183484516925440', 3.4028234663852886e38],
    // The largest float32 and a half: from there on it is infinite, below it is the largest.
    ['340282356779733661637539395458142568447.9999', 3.4028234663852886e38],
    ['340282356779733661637539395458142568448', Number.POSITIVE_INFINITY],
    ['3.5e38', Number.POSITIVE_INFINITY],
    ['-1e39', Number.NEGATIVE_INFINITY],
    ['1e400', Number.POSITIVE_INFINITY],
    // Denormals; half the smallest is a tie with zero.
    ['1.401298464324817e-45', 2 ** -149],
    ['7.006492321624085354618647916449580656401309709382578858785341419448955413429303e-46', 0],
    ['7.006492321624085354618647916449580656401309709382578858785341419448955413429304e-46', 2 ** -149],
    ['1e-50', 0],
    ['1e-400', 0],
    ['0.1', Math.fround(0.1)],
  ])('%s', (text, value) => {
    expect(float32(text)).toBe(value);
  });

  test('zero keeps its sign', () => {
    expect(Object.is(float32('-0'), -0)).toBe(true);
    expect(Object.is(float32('-0.0e5'), -0)).toBe(true);
    expect(Object.is(float32('-1e-60'), -0)).toBe(true);
  });

  test('a million digits behind a tie are counted, quickly', () => {
    expect(float32(`1.000000059604644775390625${'0'.repeat(1_000_000)}1`)).toBe(1 + 2 ** -23);
    expect(float32(`0.${'0'.repeat(1_000_000)}16777217e1000008`)).toBe(16777216);
  });

  test('property: equals exact arithmetic, most of all around the ties', () => {
    const positive = fc.integer({ min: 0, max: 0x7f7f_fffe });
    const around = fc.record({
      bits: positive,
      negative: fc.boolean(),
      nudge: fc.constantFrom(-1n, 0n, 1n),
      distance: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(around, ({ bits, negative, nudge, distance }) => {
        const text = nudgedTie(bits, negative, nudge, distance);
        expect(Object.is(float32(text), exactFloat32(text)), text).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('property: equals exact arithmetic for any decimal text', () => {
    const decimal = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.integer({ min: -70, max: 40 }));
    fc.assert(
      fc.property(decimal, ([negative, digits, exponent]) => {
        const text = `${negative ? '-' : ''}${digits}e${exponent}`;
        expect(Object.is(float32(text), exactFloat32(text)), text).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

function float32OfBits(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** The point halfway between two neighbouring float32 as exact decimal text, moved by 10^-(its digits + distance). */
function nudgedTie(bits: number, negative: boolean, nudge: bigint, distance: number): string {
  const scale = 200;
  const tie = (scaled(float32OfBits(bits)) + scaled(float32OfBits(bits + 1))) / 2n;
  const decimal = (tie * 10n ** BigInt(scale)) >> scaledBits;
  const exact = decimal << scaledBits === tie * 10n ** BigInt(scale);
  expect(exact).toBe(true);
  const digits = decimal * 10n ** BigInt(distance) + nudge;
  return `${negative ? '-' : ''}${digits}e-${scale + distance}`;
}

const scaledBits = 160n;

/** A non-negative float32 times 2^160, exactly. */
function scaled(value: number): bigint {
  return BigInt(value * 2 ** 160);
}

/** The nearest float32 by exact integer arithmetic and binary search over all of them: slow, plain, and independent. */
function exactFloat32(text: string): number {
  const [, sign, digits = '0', exponent = '0'] = /^(-?)(\d+)e(-?\d+)$/.exec(text) ?? [];
  const tens = BigInt(exponent);
  // Value times 2^160 as a fraction numerator / denominator.
  const numerator = (BigInt(digits) * 10n ** (tens > 0n ? tens : 0n)) << scaledBits;
  const denominator = 10n ** (tens < 0n ? -tens : 0n);
  let low = 0;
  let high = 0x7f80_0000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (scaled(float32OfBits(middle)) * denominator <= numerator) low = middle;
    else high = middle;
  }
  const above = high === 0x7f80_0000 ? (2n ** 128n) << scaledBits : scaled(float32OfBits(high));
  const twice = (scaled(float32OfBits(low)) + above) * denominator;
  const side = 2n * numerator - twice;
  const bits = side < 0n || (side === 0n && low % 2 === 0) ? low : high;
  return sign ? -float32OfBits(bits) : float32OfBits(bits);
}
