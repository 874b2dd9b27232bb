/** Math.min for integers of any length; of one at least. */
export function least(...values: readonly bigint[]): bigint {
  return extreme(values, (value, best) => value < best);
}

/** Math.max for them. */
export function greatest(...values: readonly bigint[]): bigint {
  return extreme(values, (value, best) => value > best);
}

function extreme([first, ...rest]: readonly bigint[], isBetter: (value: bigint, best: bigint) => boolean): bigint {
  if (first === undefined) throw new Error('the extreme of nothing');
  let best = first;
  for (const value of rest) if (isBetter(value, best)) best = value;
  return best;
}
