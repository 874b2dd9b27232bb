import { Budget, type BudgetLimits, type Grant } from '@millrace/delivery';

/** A stream that can be asked to make room. */
export interface Drainable {
  /** Drains; not before it was open for a while, so that it gets on. */
  makeRoom(reason: string): void;
}

interface Waiting {
  readonly stream: Drainable;
  readonly resolve: (grant: Grant | undefined) => void;
}

/**
 * Shares one budget among all streams of the server. When it is spent a new stream waits, first come, first served, and
 * as many of those that have been open longest are asked to drain as there are that wait.
 */
export class Grants {
  readonly #budget: Budget;
  readonly #waitingMax: number;
  /** In the order of opening. */
  readonly #holders = new Map<Drainable, Grant>();
  readonly #draining = new Set<Drainable>();
  #waiting: Waiting[] = [];

  constructor(limits: BudgetLimits, waitingMax: number) {
    this.#budget = new Budget(limits);
    this.#waitingMax = waitingMax;
  }

  /** A grant as soon as there is one; undefined when too many wait already, or when the stream gives up waiting. */
  async take(stream: Drainable): Promise<Grant | undefined> {
    const free = this.takeFree(stream);
    if (free) return free;
    if (this.#waiting.length >= this.#waitingMax) return undefined;
    const waited = new Promise<Grant | undefined>((resolve) => this.#waiting.push({ stream, resolve }));
    this.#drainEnough();
    return waited;
  }

  /** A grant if there is one right now, and nobody waits for it; no stream is asked to make room. */
  takeFree(holder: Drainable): Grant | undefined {
    return this.#waiting.length === 0 ? this.#grant(holder) : undefined;
  }

  /** The stream is over: what it held goes to those who wait; one that waits itself gets undefined. */
  release(stream: Drainable): void {
    const held = this.#holders.get(stream);
    if (held) this.#budget.give(held);
    this.#holders.delete(stream);
    this.#draining.delete(stream);
    for (const waiting of this.#waiting) if (waiting.stream === stream) waiting.resolve(undefined);
    this.#waiting = this.#waiting.filter((waiting) => waiting.stream !== stream);
    this.#serveWaiting();
    this.#drainEnough();
  }

  get openStreams(): number {
    return this.#holders.size;
  }

  get waitingStreams(): number {
    return this.#waiting.length;
  }

  get grantedBytes(): number {
    return this.#budget.grantedBytes;
  }

  #grant(stream: Drainable): Grant | undefined {
    const grant = this.#budget.take();
    if (grant) this.#holders.set(stream, grant);
    return grant;
  }

  #serveWaiting(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const grant = this.#grant(next.stream);
      if (!grant) return;
      this.#waiting.shift();
      next.resolve(grant);
    }
  }

  /** One stream for each that waits, also when those that wait are more than those that hold: then by turns. */
  #drainEnough(): void {
    for (const holder of this.#holders.keys()) {
      if (this.#draining.size >= this.#waiting.length) return;
      if (this.#draining.has(holder)) continue;
      this.#draining.add(holder);
      holder.makeRoom('another lane needs room');
    }
  }
}
