/** 10^0 to 10^22, the powers of ten that a double holds exactly. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Every integer of so many digits is exact in a double. */
const exactDigitsMax = 15;

/**
 * The double nearest to the decimal number in [start, end), ties to even; infinite where it is too large. Up to 15
 * digits and small exponents need one exact division or multiplication (Clinger), the rest is the engine's work.
 */
export function readFloat64(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  let afterPoint = false;
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x2e) {
      afterPoint = true;
      continue;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) return Number(bytes.toString('latin1', start, end));
    mantissa = mantissa * 10 + digit;
    if (mantissa !== 0 && ++digits > exactDigitsMax) return Number(bytes.toString('latin1', start, end));
    if (afterPoint) scale++;
  }
  const power = powersOfTen[scale];
  if (power === undefined) return Number(bytes.toString('latin1', start, end));
  return negative ? -mantissa / power : mantissa / power;
}
