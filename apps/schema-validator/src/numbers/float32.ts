import { compareWithDouble } from './compare-with-double.ts';
import { readFloat64 } from './float64.ts';

const wide = new Float64Array(1);
const wideWords = new Uint32Array(wide.buffer);
const lowWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
/** Where float32 would go on after its largest number: what rounds to it or beyond is infinite. */
const overflow = 2 ** 128;
/** Smallest float32 with all its 24 bits. */
const smallestNormal = 2 ** -126;

/**
 * The float32 nearest to the decimal number in [start, end), ties to even; infinite where it is too large.
 *
 * Rounding to a double first is wrong only where the double lies exactly halfway between two float32 and the decimal
 * number does not: then the decimal digits decide.
 */
export function readFloat32(bytes: Buffer, start: number, end: number): number {
  const double = readFloat64(bytes, start, end);
  const rounded = Math.fround(double);
  if (rounded === double) return rounded;
  const magnitude = Math.abs(double);
  wide[0] = double;
  // The 29 bits that a normal float32 has no room for: a tie is a one and nothing but zeros.
  if (magnitude >= smallestNormal && ((wideWords[lowWord] ?? 0) & 0x1fff_ffff) !== 0x1000_0000) return rounded;
  float[0] = magnitude;
  if ((float[0] ?? 0) > magnitude) bits[0] = (bits[0] ?? 0) - 1;
  const below = float[0] ?? 0;
  bits[0] = (bits[0] ?? 0) + 1;
  const above = float[0] ?? 0;
  const halfway = (below + (above === Number.POSITIVE_INFINITY ? overflow : above)) / 2;
  if (magnitude !== halfway) return rounded;
  const side = compareWithDouble(bytes.toString('latin1', start, end), halfway);
  if (side === 0) return rounded;
  const nearest = side < 0 ? below : above;
  return double < 0 ? -nearest : nearest;
}
