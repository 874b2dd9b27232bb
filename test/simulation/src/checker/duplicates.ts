import type { Evidence } from './ledger.ts';
import type { Violation } from './violation.ts';

/**
 * A record may be written once more for each time that its consumer could not know whether it was, that its partition
 * changed hands before the record was finished and committed, or that an owner sent it who had lost the partition and
 * did not know; and never otherwise. Upserts are not looked at, except in a calm, where none of this happens.
 */
export function findDuplicates({ insertMode, isCalm, happenings }: Evidence): readonly Violation[] {
  if (insertMode === 'upsert' && !isCalm) return [];
  const violations: Violation[] = [];
  const rows = new Rows(!isCalm);
  for (const [place, event] of happenings.entries()) {
    if (event.kind === 'sent') rows.of(event.partition).sent(event.process, event.offsets);
    else if (event.kind === 'doubt') rows.of(event.partition).allow(event.offsets);
    else if (event.kind === 'commit') rows.of(event.partition).committed(event.offset);
    else if (event.kind === 'assigned') {
      for (const partition of event.partitions) rows.of(partition).assigned(event.process);
    } else if (event.kind === 'effect') {
      for (const { partition, key, offset } of event.changes) {
        if (offset === undefined || rows.of(partition).took(offset)) continue;
        const message = `offset ${offset} is written once more, though it was known to be written`;
        violations.push({ rule: 'duplicate', message, place, partition, key, offset });
      }
    }
  }
  return violations;
}

class Rows {
  readonly #allows: boolean;
  readonly #partitions = new Map<number, PartitionRows>();

  constructor(allows: boolean) {
    this.#allows = allows;
  }

  of(partition: number): PartitionRows {
    const rows = this.#partitions.get(partition) ?? new PartitionRows(this.#allows);
    this.#partitions.set(partition, rows);
    return rows;
  }
}

class PartitionRows {
  /** Whether anything may be written twice at all. */
  readonly #allows: boolean;
  /** The process that was assigned the partition last. */
  #owner: string | undefined;
  readonly #written = new Set<number>();
  /** Sent and not committed. */
  readonly #open = new Set<number>();
  /** By offset: how often it may be written once more. */
  readonly #allowed = new Map<number, number>();

  constructor(allows: boolean) {
    this.#allows = allows;
  }

  sent(process: string, offsets: readonly number[]): void {
    if (process !== this.#owner) this.allow(offsets);
    for (const offset of offsets) this.#open.add(offset);
  }

  committed(watermark: number): void {
    for (const offset of this.#open) if (offset < watermark) this.#open.delete(offset);
  }

  assigned(process: string): void {
    this.#owner = process;
    this.allow([...this.#open]);
  }

  allow(offsets: readonly number[]): void {
    if (!this.#allows) return;
    for (const offset of offsets) this.#allowed.set(offset, (this.#allowed.get(offset) ?? 0) + 1);
  }

  /** Whether the row may be written now. */
  took(offset: number): boolean {
    if (!this.#written.has(offset)) {
      this.#written.add(offset);
      return true;
    }
    const allowed = this.#allowed.get(offset) ?? 0;
    this.#allowed.set(offset, allowed - 1);
    return allowed > 0;
  }
}
