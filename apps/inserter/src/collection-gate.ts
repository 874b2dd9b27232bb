/**
 * Limits the writes of one collection that run at once. Who waits is served in turn, so stripes that come back after
 * each write take turns.
 */
export class CollectionGate {
  limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Runs work once there is room for it. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.limit || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      this.#running -= 1;
      while (this.#running < this.limit && this.#waiting.length > 0) {
        this.#running += 1;
        this.#waiting.shift()?.();
      }
    }
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }
}
