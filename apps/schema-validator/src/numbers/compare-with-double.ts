import { decimalOf } from './decimal.ts';

/** Every point halfway between two numbers of float32, float16 or bfloat16 has fewer decimal digits than this. */
const halfwayDigitsMax = 200;

/** Sign of |decimal text| - double, exactly; the double is a finite positive number with fewer than 200 digits. */
export function compareWithDouble(text: string, double: number): number {
  const { digits, exponent } = decimalOf(text);
  // Digits that no halfway point has can only say "a little more", which one more digit says as well.
  const cut = digits.length - halfwayDigitsMax;
  const short = cut > 0 ? `${digits.slice(0, halfwayDigitsMax)}1` : digits;
  const shortExponent = cut > 0 ? exponent + cut - 1 : exponent;
  let left = BigInt(short || '0');
  let { mantissa: right, exponent: twos } = partsOfDouble(double);
  if (shortExponent >= 0) left *= 10n ** BigInt(shortExponent);
  else right *= 10n ** BigInt(-shortExponent);
  if (twos >= 0) right <<= BigInt(twos);
  else left <<= BigInt(-twos);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A positive finite double as mantissa times 2^exponent. */
function partsOfDouble(double: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const all = view.getBigUint64(0);
  const exponent = Number(all >> 52n);
  const fraction = all & 0xfffffffffffffn;
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: exponent - 1075 };
}
