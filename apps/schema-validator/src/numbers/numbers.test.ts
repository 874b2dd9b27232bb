import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatForms, nearestFloat } from '../testing/exact-number.ts';
import { floatTexts } from '../testing/number-texts.ts';
import { bfloat16, type Float16Format, float16, readFloat16, widenFloat16 } from './float16.ts';
import { readFloat32 } from './float32.ts';
import { readFloat64 } from './float64.ts';
import { readInteger } from './integer.ts';

const bytesOf = (text: string) => Buffer.from(text);
const integer = (text: string) => readInteger(bytesOf(text), 0, text.length);
const float32 = (text: string) => readFloat32(bytesOf(text), 0, text.length);
const float16Of = (text: string) => widened(text, float16);
const bfloat16Of = (text: string) => widened(text, bfloat16);
const float64 = (text: string) => readFloat64(bytesOf(text), 0, text.length);

function widened(text: string, format: Float16Format): number | undefined {
  const bits = readFloat16(bytesOf(text), 0, text.length, format);
  return bits === undefined ? undefined : widenFloat16(bits, format);
}

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
});

describe('float16 is the nearest to the decimal text, ties to even', () => {
  test.each([
    // Halfway between 1 and its successor, and less than a double can tell to either side.
    ['1.00048828125', 1],
    ['1.00048828125000000000000000000000000001', 1 + 2 ** -10],
    ['1.00048828124999999999999999999999999999', 1],
    ['-1.00048828125000000000000000000000000001', -1 - 2 ** -10],
    ['1.00146484375', 1 + 2 ** -9],
    // Above halfway by less than a float32 can tell.
    ['1.00048829615116119384765625', 1 + 2 ** -10],
    ['2049', 2048],
    ['2049.0000000000000000000000000001', 2050],
    ['65504', 65504],
    ['65519.999999999999999999999999999', 65504],
    ['65520', undefined],
    ['-65520', undefined],
    ['1e5', undefined],
    ['1e400', undefined],
    ['-1e400', undefined],
    // Subnormal numbers; half the smallest is a tie with zero.
    ['5.9604644775390625e-8', 2 ** -24],
    ['2.98023223876953125e-8', 0],
    ['2.9802322387695312500000000000000000001e-8', 2 ** -24],
    ['8.94069671630859375e-8', 2 ** -23],
    ['6.097555160522461e-5', 1023 * 2 ** -24],
    ['6.100535392761230468749999999999999999999e-5', 1023 * 2 ** -24],
    ['6.10053539276123046875e-5', 2 ** -14],
    ['1e-10', 0],
    ['1e-400', 0],
    ['-1e-400', -0],
    ['-0', -0],
    ['-0.0e9', -0],
  ])('%s', (text, value) => {
    expect(float16Of(text)).toBe(value);
  });
});

describe('bfloat16 is the nearest to the decimal text, ties to even', () => {
  test.each([
    ['1.00390625', 1],
    ['1.00390625000000000000000000000000000001', 1 + 2 ** -7],
    ['1.00390624999999999999999999999999999999', 1],
    ['1.01171875', 1 + 2 ** -6],
    // Above halfway by less than a float32 can tell.
    ['1.0039062798023223876953125', 1 + 2 ** -7],
    ['257', 256],
    ['257.00000000000000000000000000001', 258],
    ['338953138925153547590470800371487866880', 255 * 2 ** 120],
    // The largest and a half.
    ['339617752923046005526922703901628039167.9999', 255 * 2 ** 120],
    ['339617752923046005526922703901628039168', undefined],
    ['-339617752923046005526922703901628039168', undefined],
    ['1e400', undefined],
    // Subnormal numbers, as small as those of a float32 are not.
    ['9.183549615799121e-41', 2 ** -133],
    ['4.591774807899560578002877098524397178979162331140966880893561352650067419745028018951416015625e-41', 0],
    ['4.591774807899560578002877098524397178979162331140966880893561352650067419745028018951416015626e-41', 2 ** -133],
    ['1.1754943508222875e-38', 2 ** -126],
    ['1e-400', 0],
    ['-1e-400', -0],
    ['-0', -0],
  ])('%s', (text, value) => {
    expect(bfloat16Of(text)).toBe(value);
  });
});

test('a million digits behind a tie are counted, quickly, in 16 bits too', () => {
  expect(float16Of(`1.00048828125${'0'.repeat(1_000_000)}1`)).toBe(1 + 2 ** -10);
  expect(bfloat16Of(`0.${'0'.repeat(1_000_000)}257e1000003`)).toBe(256);
});

test.each([
  [float16, 'float16', floatForms.float16],
  [bfloat16, 'bfloat16', floatForms.bfloat16],
] as const)('all bits of %o are read as the number that they are', (format, _, form) => {
  const infinity = 0x8000 - 2 ** format.fractionBits;
  for (let bits = 0; bits < infinity; bits++) {
    const number = widenFloat16(bits, format);
    expect(nearestFloat(String(number), form)).toBe(number);
    expect(Object.is(widenFloat16(bits + 0x8000, format), -number)).toBe(true);
  }
  expect(widenFloat16(infinity, format)).toBe(Number.POSITIVE_INFINITY);
  expect(widenFloat16(0x8000 + infinity, format)).toBe(Number.NEGATIVE_INFINITY);
  for (let bits = infinity + 1; bits < 0x8000; bits += 3) expect(widenFloat16(bits, format)).toBeNaN();
});

describe('property: every form is read as exact arithmetic has it, most of all around the ties', () => {
  const readers = { float64, float32, float16: float16Of, bfloat16: bfloat16Of };

  test.each(Object.entries(floatForms))('%s', (name, form) => {
    const read = readers[name as keyof typeof readers];
    fc.assert(
      fc.property(floatTexts(form), (text) => {
        const expected = nearestFloat(text, form);
        const number = read(text) ?? expected;
        expect(Object.is(number, expected), text).toBe(true);
        if (name.endsWith('16')) expect(read(text) === undefined).toBe(!Number.isFinite(expected));
      }),
      { numRuns: 5_000 },
    );
  });
});
