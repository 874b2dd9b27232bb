import { numberEnd } from '../formats/json-number.ts';
import { skipWhitespace } from '../formats/json-value.ts';
import { readFloat32 } from './float32.ts';

/** Digits behind the point of a number that is read the quick way, at most. */
const scaleMax = 44;
/** What the quick way looks at: a space, a minus, a digit, the point, the digits, and four bytes from their end on. */
const reachBytes = 4 + scaleMax + 4;
/** 10^0 to 10^63, each the double nearest to it. */
const powersOfTen = Float64Array.from({ length: 64 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The quick way rounds at most 26 times until it has the double of a number, by a factor of 2^-53 each time, so that the
 * number lies between these multiples of the double. Rounding to a float32 is monotone: where both ends become the same
 * one, so does the number. Where they do not, its digits have to decide.
 */
const slack = 2 ** -46;
const lower = 1 - slack;
const upper = 1 + slack;

const noText: DataView = new DataView(new ArrayBuffer(0));

/** Room for a list of numbers as float32, little-endian, one behind the other, and the reading of such lists into it. */
export class Float32List {
  readonly bytes: Buffer;
  readonly floats: DataView;
  /** The text that was read last, with all that its buffer holds, and where it is in there. */
  #text = noText;
  #at = 0;
  /** Of the floats so far, bytes. */
  #length = 0;

  constructor(count: number) {
    this.bytes = Buffer.alloc(count * 4);
    this.floats = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }

  /**
   * Reads the list that begins at `start`, each number as `readFloat32` does. Returns where the list ends; -1 where it is
   * anything else than a JSON list of exactly as many finite numbers as there is room for.
   */
  read(text: Buffer, start: number): number {
    // The records of a batch lie in one buffer, and a view of it costs as much as eight numbers.
    if (this.#text.buffer !== text.buffer) this.#text = new DataView(text.buffer);
    const room = this.bytes.length;
    const offset = text.byteOffset;
    this.#at = offset + start + 1;
    this.#length = 0;
    for (;;) {
      const isClosed = this.#readQuick(offset + text.length);
      if (isClosed) return this.#length === room ? this.#at - offset : -1;
      if (this.#length === room) return -1;
      const numberStart = skipWhitespace(text, this.#at - offset);
      const end = numberEnd(text, numberStart);
      const number = end < 0 ? Number.NaN : readFloat32(text, numberStart, end);
      if (!Number.isFinite(number)) return -1;
      this.floats.setFloat32(this.#length, number, true);
      this.#length += 4;
      const separator = skipWhitespace(text, end);
      if (text[separator] === 0x5d) return this.#length === room ? separator + 1 : -1;
      if (text[separator] !== 0x2c) return -1;
      this.#at = offset + separator + 1;
    }
  }

  /**
   * Reads numbers for as long as each is what nearly all numbers of vectors are: one digit, a point, up to 44 digits and a
   * comma, or the end of the list, which it tells. Four digits are read at a time, and signs without a branch, since they
   * are as good as random.
   */
  #readQuick(textEnd: number): boolean {
    const text = this.#text;
    const floats = this.floats;
    const room = floats.byteLength;
    const last = textEnd - reachBytes;
    let isClosed = false;
    let at = this.#at;
    let length = this.#length;
    while (at <= last && length < room && !isClosed) {
      let start = at;
      let word = text.getInt32(start, true);
      // As Python writes lists.
      if ((word & 0xff) === 0x20) word = text.getInt32(++start, true);
      const minus = (((word & 0xff) ^ 0x2d) - 1) >>> 31;
      start += minus;
      const whole = ((text.getInt32(start, true) & 0xffff) - 0x2e30) | 0;
      if (whole >>> 0 > 9) break;
      const fraction = start + 2;
      let end = fraction;
      let digits = text.getInt32(end, true) ^ 0x30303030;
      let others = othersIn(digits);
      let mantissa = whole;
      const nextDigits = text.getInt32(end + 4, true) ^ 0x30303030;
      // Nine digits are exact as an integer of 32 bits, with which the engine is quicker than with doubles.
      if ((others | othersIn(nextDigits)) === 0) {
        mantissa = (Math.imul(whole, 100_000_000) + Math.imul(numberOf(digits), 10_000) + numberOf(nextDigits)) | 0;
        end += 8;
        digits = text.getInt32(end, true) ^ 0x30303030;
        others = othersIn(digits);
      }
      for (; others === 0 && end < fraction + scaleMax; others = othersIn(digits)) {
        mantissa = mantissa * 10_000 + numberOf(digits);
        end += 4;
        digits = text.getInt32(end, true) ^ 0x30303030;
      }
      // The bits of the digits that are left: 0, 8, 16 or 24.
      const bits = (31 - Math.clz32(others & -others)) & 0x38;
      const ending = ((digits >>> bits) & 0xff) ^ 0x30;
      mantissa = mantissa * (powersOfTen[bits >>> 3] ?? 1) + numberOf((digits << 8) << (24 - bits));
      end += bits >>> 3;
      const magnitude = mantissa / (powersOfTen[end - fraction] ?? 1);
      const float = Math.fround(magnitude * lower);
      if ((ending !== 0x2c && ending !== 0x5d) || end === fraction || float !== Math.fround(magnitude * upper)) break;
      floats.setFloat32(length, float * (1 - 2 * minus), true);
      length += 4;
      at = end + 1;
      isClosed = ending === 0x5d;
    }
    this.#at = at;
    this.#length = length;
    return isClosed;
  }
}

/** The value of four digits, each in a byte, the first of them in the lowest. */
function numberOf(digits: number): number {
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) | 0;
  return (Math.imul(pairs & 0xff, 100) + ((pairs >>> 16) & 0xff)) | 0;
}

/** Not zero where a byte is no digit; the lowest bit that is set then lies in the first of them. */
function othersIn(digits: number): number {
  return (digits | (digits + 0x06060606)) & 0xf0f0f0f0;
}
