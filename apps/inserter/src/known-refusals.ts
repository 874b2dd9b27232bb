import type { Refusal } from './milvus-errors.ts';
import type { Rows } from './rows.ts';

const rowsMax = 20_000;

/**
 * Rows that Milvus has refused, by lane, offset and schema version. Where bisection runs out of time the batch is sent
 * again, and without this it would begin from nothing again: a batch with many bad rows would never come to an end. It
 * holds for one session of a lane, in which an offset always means the same record.
 */
export class KnownRefusals {
  readonly #refusals = new Map<string, Refusal>();

  /** The rows of a batch that are known to be refused. */
  of(session: string, rows: Rows): ReadonlyMap<number, Refusal> {
    const known = new Map<number, Refusal>();
    if (this.#refusals.size === 0) return known;
    for (let row = 0; row < rows.rowCount; row++) {
      const refusal = this.#refusals.get(keyOf(session, rows, row));
      if (refusal) known.set(row, refusal);
    }
    return known;
  }

  remember(session: string, rows: Rows, row: number, refusal: Refusal): void {
    // Without a session nothing says that the offset still means the same record.
    if (session === '') return;
    this.#refusals.set(keyOf(session, rows, row), refusal);
    const oldest = this.#refusals.keys().next();
    if (this.#refusals.size > rowsMax && !oldest.done) this.#refusals.delete(oldest.value);
  }
}

function keyOf(session: string, rows: Rows, row: number): string {
  const { collectionId, schemaTimestamp, fingerprint } = rows.batch.schemaVersion ?? {};
  return `${session}\n${rows.offset(row)}\n${collectionId}\n${schemaTimestamp}\n${fingerprint}`;
}
