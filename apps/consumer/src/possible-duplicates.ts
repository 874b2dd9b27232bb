import type { TopicPartition } from '@millrace/lanes';
import type { InDoubt } from './reservation.ts';

/** Why records are written that may be in Milvus already. */
export type RepeatReason = 'indefinite_write' | InDoubt['reason'];

/** Records of one partition that a connector in insert mode writes again, and that may be there twice then. */
export interface Repeat extends TopicPartition {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** At most. */
  readonly records: number;
  readonly reason: RepeatReason;
}

/** Ranges that are kept to be shown; all are counted and logged. */
const latestMax = 20;

/** What a connector in insert mode may have written twice, since the process began. */
export class PossibleDuplicates {
  readonly #counts: Record<RepeatReason, number> = { indefinite_write: 0, crash: 0, unfinished_drain: 0 };
  #latest: readonly (Repeat & { readonly atMs: number })[] = [];

  add(repeat: Repeat, atMs: number): void {
    this.#counts[repeat.reason] += repeat.records;
    this.#latest = [...this.#latest, { ...repeat, atMs }].slice(-latestMax);
  }

  /** As status shows it. */
  get shown() {
    return {
      records: Object.values(this.#counts).reduce((sum, count) => sum + count, 0),
      by_reason: { ...this.#counts },
      latest: this.#latest.map(({ topic, partition, firstOffset, lastOffset, records, reason, atMs }) => ({
        topic,
        partition,
        first_offset: Number(firstOffset),
        last_offset: Number(lastOffset),
        records,
        reason,
        at: new Date(atMs).toISOString(),
      })),
    };
  }
}
