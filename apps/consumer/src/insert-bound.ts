export interface InsertLimits {
  /** Most batches that are sent and not committed. */
  readonly batches: number;
  readonly batchRecords: number;
}

/**
 * What a lane of insert mode may have written beyond what is committed. There an offset that is read again is a row
 * twice, so a batch keeps its place in the window until its end is committed, not only until it is answered: whatever
 * happens to the process, no more than one window is written again.
 */
export class InsertBound {
  /** Whether rows are inserted; known once the validator has opened the lane. Otherwise nothing is bounded. */
  isOn = false;
  readonly #limits: InsertLimits;
  /** Where the batches end that are formed and not committed, in order. */
  #ends: bigint[] = [];
  /** Every offset that was applied lies below. */
  #appliedEnd = 0n;

  constructor(limits: InsertLimits) {
    this.#limits = limits;
  }

  formed(endOffset: bigint): void {
    if (this.isOn) this.#ends.push(endOffset);
  }

  applied(endOffset: bigint): void {
    if (endOffset > this.#appliedEnd) this.#appliedEnd = endOffset;
  }

  committed(offset: bigint): void {
    this.#ends = this.#ends.filter((end) => end > offset);
  }

  /** No batch may be formed before a commit. */
  get isFull(): boolean {
    return this.isOn && this.#ends.length >= this.#limits.batches;
  }

  /** Half of the window waits for nothing but a commit of this watermark: it should come before the window is full. */
  isCrowded(watermark: bigint): boolean {
    if (!this.isOn) return false;
    return this.#ends.filter((end) => end <= watermark).length * 2 >= this.#limits.batches;
  }

  /** How far records may be sent while this watermark is the one that is committed; at least to what is wanted. */
  endAbove(watermark: bigint, wantedEnd: bigint): bigint {
    return latest(watermark + BigInt(this.#limits.batches * this.#limits.batchRecords), [wantedEnd]);
  }

  /** The end of what may be written beyond the watermark; undefined: nothing is. `others` end where more may be. */
  doubtEnd(watermark: bigint, others: readonly bigint[]): bigint | undefined {
    if (!this.isOn) return undefined;
    const end = latest(this.#appliedEnd, others);
    return end > watermark ? end : undefined;
  }
}

function latest(first: bigint, others: readonly bigint[]): bigint {
  let most = first;
  for (const other of others) if (other > most) most = other;
  return most;
}
