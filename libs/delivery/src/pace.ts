/** What may fall due at once: where the receiver was slower than the pace, the rest is left out and not made up for. */
const burstMs = 1_000;

/** Says how many records are due at a moment, at a steady rate. */
export class Pace {
  readonly #ratePerS: number;
  #fromMs: number;
  #taken = 0;

  constructor(ratePerS: number, nowMs: number) {
    this.#ratePerS = ratePerS;
    this.#fromMs = nowMs;
  }

  /** Takes what is due, at most `max`; the rest stays due. */
  take(nowMs: number, max: number): number {
    let due = Math.floor(((nowMs - this.#fromMs) * this.#ratePerS) / 1_000) - this.#taken;
    const burst = Math.max(1, Math.floor((this.#ratePerS * burstMs) / 1_000));
    if (due > burst) {
      // The count begins anew, with one burst due.
      this.#fromMs = nowMs - (burst * 1_000) / this.#ratePerS;
      this.#taken = 0;
      due = burst;
    }
    const count = Math.min(due, max);
    this.#taken += count;
    return count;
  }
}
