import type { Clock } from '@millrace/delivery';
import { IdlePool } from './idle-pool.ts';
import type { Connection } from './targets.ts';

/** One pool for each endpoint and token; a pool that has nothing idle any more is forgotten. */
export class Pools<Item> {
  readonly #clock: Clock;
  readonly #create: (connection: Connection) => Item;
  readonly #destroy: (item: Item) => void;
  readonly #pools = new Map<string, { readonly pool: IdlePool<Item>; users: number }>();

  constructor(clock: Clock, create: (connection: Connection) => Item, destroy: (item: Item) => void) {
    this.#clock = clock;
    this.#create = create;
    this.#destroy = destroy;
  }

  async use<Result>(connection: Connection, work: (item: Item) => Promise<Result>): Promise<Result> {
    const entry = this.#pools.get(connection.key) ?? { pool: this.#newPool(connection), users: 0 };
    this.#pools.set(connection.key, entry);
    entry.users += 1;
    try {
      return await entry.pool.use(work);
    } finally {
      entry.users -= 1;
      this.#forgetIfUnused(connection.key);
    }
  }

  close(): void {
    for (const { pool } of this.#pools.values()) pool.close();
    this.#pools.clear();
  }

  #newPool(connection: Connection): IdlePool<Item> {
    return new IdlePool({
      clock: this.#clock,
      create: () => this.#create(connection),
      destroy: (item) => {
        this.#destroy(item);
        this.#forgetIfUnused(connection.key);
      },
      idleMs: 60_000,
      idleMax: 16,
    });
  }

  #forgetIfUnused(key: string): void {
    const entry = this.#pools.get(key);
    if (entry && entry.users === 0 && entry.pool.idle === 0) this.#pools.delete(key);
  }
}
