import { Budget, type BudgetLimits, type Cancel, type Clock, type Grant } from '@millrace/delivery';

export interface GrantsOptions {
  readonly limits: BudgetLimits;
  readonly clock: Clock;
  /** How long a stream waits for its grant. */
  readonly waitMs: number;
  /** Most streams that wait. */
  readonly waitingMax: number;
  /** The budget is spent and somebody waits: ask a stream to drain. */
  readonly onShortage: () => void;
}

/** Time between two streams that are asked to make room while others wait. */
const turnMs = 2_000;

/** Hands out the server's budget of batches; when it is spent, in the order of asking. */
export class Grants {
  readonly #options: GrantsOptions;
  readonly #budget: Budget;
  readonly #waiting: { serve(grant: Grant): void }[] = [];
  #nextTurn: Cancel | undefined;

  constructor(options: GrantsOptions) {
    this.#options = options;
    this.#budget = new Budget(options.limits);
  }

  /** A grant, or undefined when none came free in time. */
  async take(): Promise<Grant | undefined> {
    const { clock, waitMs, waitingMax, onShortage } = this.#options;
    const grant = this.takeFree();
    if (grant) return grant;
    if (this.#waiting.length >= waitingMax) return undefined;
    return new Promise((resolve) => {
      const cancel = clock.after(waitMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        this.#endShortage();
        resolve(undefined);
      });
      const waiter = {
        serve: (served: Grant) => {
          cancel();
          resolve(served);
        },
      };
      this.#waiting.push(waiter);
      onShortage();
      this.#nextTurn ??= this.#startTurn();
    });
  }

  /** Those that came to hold a grant meanwhile make room too, one after the other, while anybody waits. */
  #startTurn(): Cancel {
    return this.#options.clock.after(turnMs, () => {
      this.#options.onShortage();
      this.#nextTurn = this.#startTurn();
    });
  }

  #endShortage(): void {
    if (this.#waiting.length > 0) return;
    this.#nextTurn?.();
    this.#nextTurn = undefined;
  }

  /** A grant if there is one right now, and nobody waits for it; no stream is asked to make room. */
  takeFree(): Grant | undefined {
    return this.#waiting.length === 0 ? this.#budget.take() : undefined;
  }

  give(grant: Grant): void {
    this.#budget.give(grant);
    for (let waiter = this.#waiting[0]; waiter; waiter = this.#waiting[0]) {
      const next = this.#budget.take();
      if (!next) return;
      this.#waiting.shift();
      waiter.serve(next);
      this.#endShortage();
    }
  }

  get grantedBytes(): number {
    return this.#budget.grantedBytes;
  }

  get waiting(): number {
    return this.#waiting.length;
  }
}
