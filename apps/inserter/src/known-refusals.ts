import type { Entries } from './entries.ts';
import type { Refusal } from './milvus-errors.ts';

const entriesMax = 20_000;

/**
 * Entries that Milvus has refused, by lane, offset and schema version. Where bisection runs out of time the batch is sent
 * again, and without this it would begin from nothing again: a batch with many bad ones would never come to an end. It
 * holds for one session of a lane, in which an offset always means the same record.
 */
export class KnownRefusals {
  readonly #refusals = new Map<string, Refusal>();

  /** The entries of a batch that are known to be refused. */
  of(session: string, entries: Entries): ReadonlyMap<number, Refusal> {
    const known = new Map<number, Refusal>();
    if (this.#refusals.size === 0) return known;
    for (let entry = 0; entry < entries.count; entry++) {
      const refusal = this.#refusals.get(keyOf(session, entries, entry));
      if (refusal) known.set(entry, refusal);
    }
    return known;
  }

  remember(session: string, entries: Entries, entry: number, refusal: Refusal): void {
    // Without a session nothing says that the offset still means the same record.
    if (session === '') return;
    this.#refusals.set(keyOf(session, entries, entry), refusal);
    const oldest = this.#refusals.keys().next();
    if (this.#refusals.size > entriesMax && !oldest.done) this.#refusals.delete(oldest.value);
  }
}

function keyOf(session: string, entries: Entries, entry: number): string {
  const { collectionId, schemaTimestamp, fingerprint } = entries.batch.schemaVersion ?? {};
  return `${session}\n${entries.offset(entry)}\n${collectionId}\n${schemaTimestamp}\n${fingerprint}`;
}
