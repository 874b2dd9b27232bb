import { skipPlain, skipValue } from '../formats/json-value.ts';

/** Digits of the longest integer that is surely within the range of a double. */
const safeDigitsMax = 308;

/** Where the first number of the valid JSON in [start, end) is that would be infinite as a double; -1 where none is. */
export function infiniteNumberAt(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) at = skipValue(bytes, at);
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      const next = skipPlain(bytes, at);
      if (isInfinite(bytes, at, next)) return at;
      at = next;
    } else at += 1;
  }
  return -1;
}

function isInfinite(bytes: Buffer, start: number, end: number): boolean {
  const text = bytes.subarray(start, end);
  if (text.length <= safeDigitsMax && !text.includes(0x65) && !text.includes(0x45)) return false;
  return !Number.isFinite(Number(text.toString('latin1')));
}
