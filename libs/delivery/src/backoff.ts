export interface BackoffLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Capped exponential backoff with jitter: the n-th delay is drawn evenly from the upper half of
 * min(maxMs, minMs * 2^n), so that many lanes that failed together do not come back together.
 */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #failures = 0;

  constructor(limits: BackoffLimits, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Failures since the last reset. */
  get failures(): number {
    return this.#failures;
  }

  /** The delay before the next try, in whole milliseconds; at least `atLeastMs` where the server asked for that. */
  next(atLeastMs = 0): number {
    const { minMs, maxMs } = this.#limits;
    const ceilingMs = Math.min(maxMs, minMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.max(atLeastMs, Math.round(ceilingMs / 2 + (ceilingMs / 2) * this.#random()));
  }

  reset(): void {
    this.#failures = 0;
  }
}
