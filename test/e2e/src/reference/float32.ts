const greatestFinite = 2 ** 128 - 2 ** 104;
/** Halfway to what the next single would be; a tie goes to the even one, which is infinite. */
const leastInfinite = 2 ** 128 - 2 ** 103;

/**
 * The IEEE 754 single that is nearest to a decimal number, ties to even: rounded once, from the text. Going through a
 * double rounds twice, which is wrong where that double lies exactly between two singles.
 */
export function nearestFloat32(text: string): number {
  const double = Number(text);
  const single = Math.fround(double);
  const lost = double - single;
  if (lost === 0) return single;
  if (!Number.isFinite(single)) {
    const isBelow = Math.abs(double) === leastInfinite && compareDecimals(text, exactDecimal(double)) * double < 0;
    return isBelow ? Math.sign(double) * greatestFinite : single;
  }
  const other = neighbour(single, lost > 0);
  if (other - double !== lost) return single;
  const side = compareDecimals(text, exactDecimal(double));
  if (side === 0) return single;
  return side > 0 ? Math.max(single, other) : Math.min(single, other);
}

/** The four bytes of a single, little-endian, as hexadecimal. */
export function float32Hex(values: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  for (const [index, value] of values.entries()) bytes.setFloat32(4 * index, value, true);
  return Buffer.from(bytes.buffer).toString('hex');
}

export function float64Hex(value: number): string {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value, true);
  return Buffer.from(bytes.buffer).toString('hex');
}

/** The next single above or below. */
function neighbour(single: number, above: boolean): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, single);
  if (single === 0) {
    bytes.setInt32(0, above ? 1 : 0x80000001 | 0);
  } else {
    bytes.setInt32(0, bytes.getInt32(0) + (above === single > 0 ? 1 : -1));
  }
  return bytes.getFloat32(0);
}

/** A double's exact value as a decimal text: every double has one. */
function exactDecimal(double: number): string {
  let exponent = 0;
  let scaled = Math.abs(double);
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent++;
  }
  // scaled / 2^exponent = scaled * 5^exponent / 10^exponent
  return `${double < 0 ? '-' : ''}${BigInt(scaled) * 5n ** BigInt(exponent)}e-${exponent}`;
}

/** Negative, zero or positive as a is below, equal to or above b. */
function compareDecimals(a: string, b: string): number {
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  const shift = left.exponent - right.exponent;
  const difference =
    shift >= 0 ? left.digits * 10n ** BigInt(shift) - right.digits : left.digits - right.digits * 10n ** BigInt(-shift);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** The value is digits times ten to the exponent. */
function parseDecimal(text: string): { digits: bigint; exponent: number } {
  const parts = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) throw new Error(`${text} is no decimal number`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, exponent: Number(exponent) - fraction.length };
}
