import type { Cancel, Clock } from '@millrace/delivery';

export interface IdlePoolOptions<Item> {
  readonly clock: Clock;
  readonly create: () => Item;
  readonly destroy: (item: Item) => void;
  /** How long an unused item is kept. */
  readonly idleMs: number;
  /** Most unused items kept. */
  readonly idleMax: number;
}

/** Things that are costly to open and that one user has at a time. How many are in use is the users' limit. */
export class IdlePool<Item> {
  readonly #options: IdlePoolOptions<Item>;
  readonly #idle: { readonly item: Item; readonly cancel: Cancel }[] = [];
  #closed = false;

  constructor(options: IdlePoolOptions<Item>) {
    this.#options = options;
  }

  async use<Result>(work: (item: Item) => Promise<Result>): Promise<Result> {
    const idle = this.#idle.pop();
    idle?.cancel();
    const item = idle?.item ?? this.#options.create();
    try {
      return await work(item);
    } finally {
      this.#give(item);
    }
  }

  /** Destroys what is unused now, and the rest as it comes back. */
  close(): void {
    this.#closed = true;
    for (const { item, cancel } of this.#idle.splice(0)) {
      cancel();
      this.#options.destroy(item);
    }
  }

  #give(item: Item): void {
    const { clock, destroy, idleMs, idleMax } = this.#options;
    if (this.#closed || this.#idle.length >= idleMax) {
      destroy(item);
      return;
    }
    const entry = {
      item,
      cancel: clock.after(idleMs, () => {
        this.#idle.splice(this.#idle.indexOf(entry), 1);
        destroy(item);
      }),
    };
    this.#idle.push(entry);
  }

  get idle(): number {
    return this.#idle.length;
  }
}
