/** The middle of some values, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  /** From the least to the most, as a share of the median. */
  readonly range: number;
}

/** @throws Error where there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const median = quantile(values, 0.5);
  return { median, range: median === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / median };
}

/** The value below which the share of the values lies, between neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new Error('there are no values');
  return low + (high - low) * (at - Math.floor(at));
}
