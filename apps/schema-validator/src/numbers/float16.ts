import { compareWithDouble } from './compare-with-double.ts';
import { readFloat64 } from './float64.ts';

/** A binary format of 16 bits: a sign, an exponent and a fraction, in the manner of IEEE 754. */
export interface Float16Format {
  readonly fractionBits: number;
  /** Power of two of the smallest number that is not subnormal. */
  readonly exponentMin: number;
}

/** IEEE 754 binary16; its largest number is 65504. */
export const float16: Float16Format = { fractionBits: 10, exponentMin: -14 };
/** The upper half of a float32; its largest number is 2^128 - 2^120. */
export const bfloat16: Float16Format = { fractionBits: 7, exponentMin: -126 };

const signBit = 0x8000;
const wide = new Float64Array(1);
const wideWords = new Uint32Array(wide.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/**
 * The bits of the number of the format that is nearest to the decimal number in [start, end), ties to even; undefined
 * where that is infinite. Subnormal numbers are exact, and zero keeps its sign.
 *
 * Every point halfway between two numbers of the format is a double. So a double that is none of them lies on the same
 * side as the decimal number that it was rounded from, and where it is one the decimal digits decide.
 */
export function readFloat16(bytes: Buffer, start: number, end: number, format: Float16Format): number | undefined {
  const double = readFloat64(bytes, start, end);
  const magnitude = Math.abs(double);
  const { fractionBits, exponentMin } = format;
  wide[0] = magnitude;
  const exponent = Math.max(((wideWords[highWord] ?? 0) >>> 20) - 1023, exponentMin);
  // In units of the last place, which is exact: only the exponent changes.
  const units = magnitude * 2 ** (fractionBits - exponent);
  const below = Math.floor(units);
  const rest = units - below;
  const isUp = rest === 0.5 ? roundsUp(bytes, start, end, magnitude, below) : rest > 0.5;
  // The fraction's carry is the exponent's next step, and the first bit of a normal number its first.
  const rounded = (exponent - exponentMin) * 2 ** fractionBits + below + (isUp ? 1 : 0);
  if (!(rounded < infinityBits(format))) return undefined;
  return Object.is(double, -0) || double < 0 ? rounded | signBit : rounded;
}

/** The number that these bits are, infinite and NaN included; every one of them is a double. */
export function widenFloat16(bits: number, format: Float16Format): number {
  const { fractionBits, exponentMin } = format;
  const magnitude = bits & ~signBit;
  const sign = bits === magnitude ? 1 : -1;
  if (magnitude >= infinityBits(format)) {
    return magnitude === infinityBits(format) ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const steps = Math.floor(magnitude / 2 ** fractionBits);
  const fraction = magnitude % 2 ** fractionBits;
  // A normal number has a one before its fraction; the subnormal ones go on from zero with the steps of the first.
  const units = steps === 0 ? fraction : fraction + 2 ** fractionBits;
  return sign * units * 2 ** (exponentMin - fractionBits + Math.max(steps - 1, 0));
}

/** All exponent bits and no fraction. */
function infinityBits({ fractionBits }: Float16Format): number {
  return signBit - 2 ** fractionBits;
}

function roundsUp(bytes: Buffer, start: number, end: number, halfway: number, below: number): boolean {
  const side = compareWithDouble(bytes.toString('latin1', start, end), halfway);
  return side === 0 ? below % 2 === 1 : side > 0;
}
