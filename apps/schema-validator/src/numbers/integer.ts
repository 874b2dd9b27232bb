import { decimalOf } from './decimal.ts';

/** The integer that a JSON number is, or why it is none that 64 bits could hold. */
export type IntegerReading = number | bigint | 'fraction' | 'huge';

/** Digits of the longest integer that a double holds whatever its digits are. */
const plainDigitsMax = 15;
/** No integer of more digits fits into 64 bits. */
const digitsMax = 20;

/**
 * Reads the number in [start, end) exactly: plain short integers as numbers, everything else as bigint. `1.0` and `1e3`
 * are integers, since nothing is lost; `-0` is 0.
 */
export function readInteger(bytes: Buffer, start: number, end: number): IntegerReading {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  if (end - first <= plainDigitsMax) {
    let value = 0;
    let at = first;
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === end) return negative && value !== 0 ? -value : value;
  }
  const decimal = decimalOf(bytes.toString('latin1', start, end));
  if (decimal.digits === '') return 0;
  if (decimal.exponent < 0) return 'fraction';
  if (decimal.digits.length + decimal.exponent > digitsMax) return 'huge';
  const magnitude = BigInt(decimal.digits) * 10n ** BigInt(decimal.exponent);
  return decimal.negative ? -magnitude : magnitude;
}
