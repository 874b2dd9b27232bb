/** In words, for `expected`. */
export const float64Range = '±1.7976931348623157e308 (float64)';

/** 10^0 to 10^22, the powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Every integer of so many digits is exact in a double. */
const exactDigitsMax = 15;

/**
 * The double nearest to the decimal number in [start, end), ties to even; infinite where it is too large. Up to 15
 * digits and small scales need one exact division (Clinger's fast path), the rest is the engine's work.
 */
export function readFloat64(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  let mantissa = 0;
  let scaleStart = end;
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (digit === -2) scaleStart = at + 1;
    else return Number(bytes.toString('latin1', start, end));
  }
  // Counting leading zeros and the point as digits costs nothing but a slower way for rare numbers.
  if (end - first > exactDigitsMax + 2) return Number(bytes.toString('latin1', start, end));
  if (mantissa > 999_999_999_999_999) return Number(bytes.toString('latin1', start, end));
  const magnitude = mantissa / (powersOfTen[end - scaleStart] ?? 1);
  return negative ? -magnitude : magnitude;
}
