/** A binary floating-point format by its parameters in IEEE 754. */
export interface FloatForm {
  /** Bits of a number, the one before the fraction included. */
  readonly precision: number;
  /** Powers of two of the smallest number that is not subnormal, and of the largest. */
  readonly exponentMin: number;
  readonly exponentMax: number;
}

export const floatForms = {
  float64: { precision: 53, exponentMin: -1022, exponentMax: 1023 },
  float32: { precision: 24, exponentMin: -126, exponentMax: 127 },
  float16: { precision: 11, exponentMin: -14, exponentMax: 15 },
  bfloat16: { precision: 8, exponentMin: -126, exponentMax: 127 },
} as const satisfies Record<string, FloatForm>;

/** A decimal number as a fraction of whole numbers. */
interface Fraction {
  readonly isNegative: boolean;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Beyond it no format has numbers, zero and infinity apart. */
const powerMax = 5_000;

/**
 * The number of the form that is nearest to a decimal text, ties to even, and an infinity where it is beyond the
 * largest: the reference for the readers, by division of whole numbers and nothing else.
 */
export function nearestFloat(text: string, { precision, exponentMin, exponentMax }: FloatForm): number {
  const { isNegative, numerator, denominator } = fractionOf(text);
  const sign = isNegative ? -1 : 1;
  if (numerator === 0n) return sign * 0;
  const unit = Math.max(floorLog2(numerator, denominator), exponentMin) - (precision - 1);
  const scaled = unit < 0 ? numerator << BigInt(-unit) : numerator;
  const divisor = unit > 0 ? denominator << BigInt(unit) : denominator;
  const quotient = scaled / divisor;
  const twiceRest = 2n * (scaled % divisor);
  const isUp = twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n);
  const units = quotient + (isUp ? 1n : 0n);
  // The largest number and one unit more is where infinity begins.
  const isInfinite = unit + precision > exponentMax && units >> BigInt(exponentMax + 1 - unit) > 0n;
  return isInfinite ? sign * Number.POSITIVE_INFINITY : sign * timesPowerOfTwo(Number(units), unit);
}

/** The whole number that a decimal text is; undefined where it is none, or beyond 64 bits by far. */
export function wholeNumber(text: string): bigint | undefined {
  const { isNegative, numerator, denominator } = fractionOf(text);
  if (numerator % denominator !== 0n) return undefined;
  const magnitude = numerator / denominator;
  return isNegative ? -magnitude : magnitude;
}

/** A number of the form `units` times 2^`unit` as an exact decimal text, moved by `nudge` in a digit further behind. */
export function decimalText(units: bigint, unit: number, nudge = 0n, distance = 0): string {
  const digits = unit < 0 ? units * 5n ** BigInt(-unit) : units << BigInt(unit);
  const exponent = Math.min(unit, 0) - distance;
  return `${digits * 10n ** BigInt(distance) + nudge}e${exponent}`;
}

function fractionOf(text: string): Fraction {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === '') throw new Error(`${text} is no number`);
  const digits = BigInt(whole + fraction);
  const given = Math.max(-powerMax, Math.min(powerMax, Number(power))) - fraction.length;
  return {
    isNegative: sign === '-',
    numerator: digits * 10n ** BigInt(Math.max(given, 0)),
    denominator: 10n ** BigInt(Math.max(-given, 0)),
  };
}

function floorLog2(numerator: bigint, denominator: bigint): number {
  const guess = numerator.toString(2).length - denominator.toString(2).length;
  const isBelow = guess < 0 ? numerator << BigInt(-guess) < denominator : numerator < denominator << BigInt(guess);
  return isBelow ? guess - 1 : guess;
}

/** Exact, also where one power alone would be zero or infinite. */
function timesPowerOfTwo(number: number, power: number): number {
  const half = Math.trunc(power / 2);
  return number * 2 ** half * 2 ** (power - half);
}
