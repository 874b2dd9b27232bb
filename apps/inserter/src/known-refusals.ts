import type { Entries } from './entries.ts';
import type { Refusal } from './milvus-errors.ts';

const entriesMax = 20_000;

/**
 * Entries that Milvus has refused, and entries before which a refused write was cut, by lane, offset and schema version.
 * Where bisection runs out of time the batch is sent again, and without this it would begin from nothing again: a batch
 * with many bad ones, or one that takes as many calls as its time allows, would never come to an end. It holds for one
 * session of a lane, in which an offset always means the same record.
 */
export class KnownRefusals {
  readonly #refusals = new Map<string, Refusal>();
  readonly #cuts = new Set<string>();

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

  /** Cuts of the batch have led to it, and are not needed any more. */
  remember(session: string, entries: Entries, entry: number, refusal: Refusal): void {
    // Without a session nothing says that the offset still means the same record.
    if (session === '') return;
    this.#refusals.set(keyOf(session, entries, entry), refusal);
    for (const cut of this.cutsOf(session, entries)) this.#cuts.delete(keyOf(session, entries, cut));
    dropOldest(this.#refusals);
  }

  /** The entries of a batch before which a write is cut. */
  cutsOf(session: string, entries: Entries): readonly number[] {
    if (this.#cuts.size === 0) return [];
    return Array.from({ length: entries.count }, (_, entry) => entry).filter((entry) =>
      this.#cuts.has(keyOf(session, entries, entry)),
    );
  }

  rememberCut(session: string, entries: Entries, entry: number): void {
    if (session === '') return;
    this.#cuts.add(keyOf(session, entries, entry));
    dropOldest(this.#cuts);
  }
}

function dropOldest(kept: Map<string, unknown> | Set<string>): void {
  const oldest = kept.keys().next();
  if (kept.size > entriesMax && !oldest.done) kept.delete(oldest.value);
}

function keyOf(session: string, entries: Entries, entry: number): string {
  const { collectionId, schemaTimestamp, fingerprint } = entries.batch.schemaVersion ?? {};
  return `${session}\n${entries.offset(entry)}\n${collectionId}\n${schemaTimestamp}\n${fingerprint}`;
}
