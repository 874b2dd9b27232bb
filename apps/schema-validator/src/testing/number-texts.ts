import fc from 'fast-check';
import { decimalText, type FloatForm } from './exact-number.ts';

/** Spells the same number in another way that JSON allows. */
function respelled(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const spelling = fc.record({
    letter: fc.constantFrom('e', 'E'),
    plus: fc.boolean(),
    zeros: fc.nat(3),
    point: fc.boolean(),
  });
  return fc.tuple(texts, spelling).map(([text, { letter, plus, zeros, point }]) => {
    const [, mantissa = text, power] = /^([^e]+)(?:e(.+))?$/.exec(text) ?? [];
    const padded = point && !mantissa.includes('.') ? `${mantissa}.${'0'.repeat(zeros + 1)}` : mantissa;
    if (power === undefined) return padded;
    const sign = power.startsWith('-') ? '-' : plus ? '+' : '';
    return `${padded}${letter}${sign}${'0'.repeat(zeros)}${power.replace('-', '')}`;
  });
}

/**
 * Numbers as a record may have them: around the numbers of the form and the points halfway between two of them, closer
 * than a double can tell; any digits; the shortest text of a double; and what is odd. Some are infinite in the form.
 */
export function floatTexts({ precision, exponentMin, exponentMax }: FloatForm): fc.Arbitrary<string> {
  const fractionBits = precision - 1;
  const near = fc
    .record({
      // Subnormal numbers have the exponent of the smallest normal ones, and no first bit.
      exponent: fc.integer({ min: exponentMin - 1, max: exponentMax }),
      fraction: fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** BigInt(fractionBits) - 1n }),
        fc.constantFrom(0n, 1n, 2n ** BigInt(fractionBits) - 1n),
      ),
      isHalfway: fc.boolean(),
      nudge: fc.constantFrom(-1n, 0n, 1n),
      distance: fc.nat(40),
      sign: fc.constantFrom('', '-'),
    })
    .map(({ exponent, fraction, isHalfway, nudge, distance, sign }) => {
      const first = exponent < exponentMin ? 0n : 2n ** BigInt(fractionBits);
      const units = 2n * (first + fraction) + (isHalfway ? 1n : 0n);
      const unit = Math.max(exponent, exponentMin) - fractionBits - 1;
      return sign + decimalText(units, unit, units === 0n ? 0n : nudge, distance);
    });
  const tens = (power: number) => Math.round(power * Math.log10(2));
  const magnitude = fc.integer({ min: tens(exponentMin - precision) - 2, max: tens(exponentMax) + 1 });
  const digits = fc
    .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 25n }), magnitude)
    .map(([sign, whole, wanted]) => `${sign}${whole}e${wanted + 1 - `${whole}`.length}`);
  return respelled(
    fc.oneof(
      { weight: 4, arbitrary: near },
      { weight: 2, arbitrary: digits },
      { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -9, max: 9 }).map(String) },
      { weight: 1, arbitrary: fc.integer({ min: -99, max: 99 }).map(String) },
      { weight: 1, arbitrary: fc.constantFrom('-0', '0', '-0.0', '0e99', '1e-400', '-1e-400', '123456789e-8') },
    ),
  );
}

/** Whole numbers around zero and both ends of the range, in spellings that are whole too, and some that are beyond. */
export function integerTexts(bits: 8 | 16 | 32 | 64): fc.Arbitrary<string> {
  const most = 2n ** BigInt(bits - 1) - 1n;
  const near = fc.tuple(
    fc.constantFrom(-most - 1n, -(2n ** 53n), 0n, 2n ** 53n, most),
    fc.bigInt({ min: -3n, max: 3n }),
  );
  const values = fc.oneof(
    fc.bigInt({ min: -most - 1n, max: most }),
    near.map(([edge, distance]) => edge + distance),
  );
  const spelled = fc.tuple(values, fc.nat(4)).map(([value, zeros]) => {
    const isRound = zeros > 0 && value !== 0n && value % 10n ** BigInt(zeros) === 0n;
    return isRound ? `${value / 10n ** BigInt(zeros)}e${zeros}` : `${value}`;
  });
  return respelled(fc.oneof(spelled, fc.constantFrom('-0', '1e2', '-0.0', '10e-1')));
}
