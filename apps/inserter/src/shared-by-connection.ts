import type { Cancel, Clock } from '@millrace/delivery';
import type { Connection } from './targets.ts';

export interface SharedByConnectionOptions<Item> {
  readonly clock: Clock;
  readonly create: (connection: Connection) => Item;
  readonly destroy: (item: Item) => void;
  /** How long an unused item is kept. */
  readonly idleMs: number;
}

/** One thing for each endpoint and token, costly to open, that many use at once. */
export class SharedByConnection<Item> {
  readonly #options: SharedByConnectionOptions<Item>;
  readonly #items = new Map<string, { readonly item: Item; users: number; cancel: Cancel }>();

  constructor(options: SharedByConnectionOptions<Item>) {
    this.#options = options;
  }

  async use<Result>(connection: Connection, work: (item: Item) => Promise<Result>): Promise<Result> {
    const { clock, create, idleMs } = this.#options;
    const { key } = connection;
    const entry = this.#items.get(key) ?? { item: create(connection), users: 0, cancel: () => {} };
    this.#items.set(key, entry);
    entry.cancel();
    entry.users += 1;
    try {
      return await work(entry.item);
    } finally {
      entry.users -= 1;
      if (entry.users === 0 && this.#items.get(key) === entry) {
        entry.cancel = clock.after(idleMs, () => this.#drop(key));
      }
    }
  }

  close(): void {
    for (const key of [...this.#items.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    const entry = this.#items.get(key);
    if (!entry) return;
    entry.cancel();
    this.#items.delete(key);
    this.#options.destroy(entry.item);
  }
}
