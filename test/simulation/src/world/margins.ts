/** Clocks of processes are at most this far from the world's, and so agree to twice that. */
export const skewMaxMs = 250;

/** Latest effect of a write, milliseconds after its deadline. */
export const lateMs = 1_400;

/**
 * Latest effect of a write after its expiry as its sender's clock shows it: the deadline is read on an inserter's clock.
 * Together with the skew of the one who waits it stays below the margin of two seconds (docs/delivery.md).
 */
export const landsAfterMs = skewMaxMs + lateMs;
