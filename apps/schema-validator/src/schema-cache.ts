import { createHash } from 'node:crypto';
import { type Collection, type DescribeCollectionResponse, type Failure, Target } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import { failure } from './failures.ts';
import { InserterUnreachable } from './inserter-client.ts';

/** Asks the inserter for a collection's live schema. @throws InserterUnreachable */
export type Describe = (target: Target, refresh: boolean) => Promise<DescribeCollectionResponse>;

export type Description = { readonly collection: Collection } | { readonly failure: Failure };

interface Entry {
  /** One question at a time per target, whoever asks. */
  pending: Promise<Description> | undefined;
  collection: Collection | undefined;
  describedAtMs: number;
  /** The next question goes past the inserter's own cache. */
  isStale: boolean;
}

const entriesMax = 1_000;

/** Descriptions of collections by target. Failures are never kept: the next one to ask finds out anew. */
export class SchemaCache {
  readonly #describe: Describe;
  readonly #maxAgeMs: number;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(describe: Describe, maxAgeMs: number, clock: Clock) {
    this.#describe = describe;
    this.#maxAgeMs = maxAgeMs;
    this.#clock = clock;
  }

  /** Never rejects for an outage: that is a failure of class LATER. */
  async get(target: Target): Promise<Description> {
    const entry = this.#entry(target);
    const isFresh = !entry.isStale && this.#clock.now() - entry.describedAtMs < this.#maxAgeMs;
    if (entry.collection && isFresh) return { collection: entry.collection };
    entry.pending ??= this.#ask(target, entry).finally(() => {
      entry.pending = undefined;
    });
    return entry.pending;
  }

  /** The description has turned out to be wrong: the next lane asks Milvus itself. */
  expire(target: Target): void {
    this.#entry(target).isStale = true;
  }

  async #ask(target: Target, entry: Entry): Promise<Description> {
    const refresh = entry.isStale;
    const askedAtMs = this.#clock.now();
    entry.isStale = false;
    const description = await this.#answer(target, refresh);
    entry.collection = 'collection' in description ? description.collection : undefined;
    entry.describedAtMs = askedAtMs;
    if (refresh && !entry.collection) entry.isStale = true;
    return description;
  }

  async #answer(target: Target, refresh: boolean): Promise<Description> {
    try {
      const { result } = await this.#describe(target, refresh);
      if (result?.$case === 'collection') return { collection: result.value };
      if (result?.$case === 'failure') return { failure: result.value };
      return { failure: failure('V106', 'the inserter answered neither a collection nor a failure') };
    } catch (error) {
      if (!(error instanceof InserterUnreachable)) throw error;
      return { failure: failure('V103', error.message) };
    }
  }

  #entry(target: Target): Entry {
    // A hash, so that no token is kept in a key.
    const key = createHash('sha256').update(Target.encode(target).finish()).digest('base64');
    const known = this.#entries.get(key);
    const entry = known ?? { pending: undefined, collection: undefined, describedAtMs: 0, isStale: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > entriesMax && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }
}
