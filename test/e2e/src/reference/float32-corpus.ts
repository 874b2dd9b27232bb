/** A decimal number and the bits of the single that it has to become, known from how it was made. */
export interface CorpusFloat {
  readonly text: string;
  readonly bits: number;
}

const fractionBits = 23n;
const hidden = 1n << fractionBits;
/** Binary exponent of a unit in the last place of subnormal and of the smallest normal singles. */
const leastUnit = -149;
const greatestBits = 0x7f7fffff;
/** The first, the second, one in the middle and the last of each exponent. */
const fractions = [0n, 1n, 0x2aaaabn, hidden - 1n];

/**
 * Positive singles of every exponent, and what lies between each and the next: the point halfway, which goes to the even one, and
 * texts that miss it by a digit that no double holds. Nothing is rounded to make them, so no rounding is trusted.
 */
export function float32Corpus(): readonly CorpusFloat[] {
  const corpus: CorpusFloat[] = [];
  for (let biased = 0; biased < 255; biased++) {
    for (const fraction of fractions) {
      const bits = Number((BigInt(biased) << fractionBits) | fraction);
      const units = biased === 0 ? fraction : hidden + fraction;
      const unit = leastUnit + Math.max(0, biased - 1);
      corpus.push({ text: decimal(2n * units, unit - 1, 0n), bits });
      const half = 2n * units + 1n;
      corpus.push({ text: decimal(half, unit - 1, -1n), bits });
      if (bits === greatestBits) continue;
      corpus.push({ text: decimal(half, unit - 1, 0n), bits: bits + (bits % 2) });
      corpus.push({ text: decimal(half, unit - 1, 1n), bits: bits + 1 });
    }
  }
  return corpus;
}

/** Decimals behind the last one of the number itself. */
const nudgeDigits = 30;

/** `units * 2^exponent`, written out, and then moved by the least of its thirty further decimals. */
function decimal(units: bigint, exponent: number, nudge: -1n | 0n | 1n): string {
  const decimals = Math.max(0, -exponent);
  const digits = exponent >= 0 ? units << BigInt(exponent) : units * 5n ** BigInt(decimals);
  if (nudge === 0n) return `${digits}e-${decimals}`;
  return `${digits * 10n ** BigInt(nudgeDigits) + nudge}e-${decimals + nudgeDigits}`;
}

/** Integers at and beside each power of two from 2^53 to 2^63, of both signs, as far as Int64 has them. */
export function int64Edges(): readonly bigint[] {
  const edges: bigint[] = [];
  for (let power = 53n; power <= 63n; power++) {
    for (const beside of [-1n, 0n, 1n]) {
      for (const edge of [2n ** power + beside, -(2n ** power) + beside]) {
        if (BigInt.asIntN(64, edge) === edge) edges.push(edge);
      }
    }
  }
  return edges;
}
