/** A share of the server's budget. */
export interface Grant {
  readonly batches: number;
  readonly bytes: number;
}

export interface BudgetLimits {
  /** Unanswered bytes over all streams of the server. */
  readonly bytes: number;
  /** Largest batch accepted, in bytes. */
  readonly batchBytes: number;
  /** Most batches that one stream is granted. */
  readonly streamBatches: number;
}

/**
 * One budget for all streams of a server, so that its memory is bounded however many lanes come: every stream is
 * granted at least one batch, more when there is room; when not even one is left, a new stream has to wait.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  #grantedBytes = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /**
   * A grant of the bytes of one up to `streamBatches` largest batches, a quarter of what is free at most; undefined when
   * not even one is left. Batches are usually far smaller, so their number is not what bounds memory.
   */
  take(): Grant | undefined {
    const { bytes, batchBytes, streamBatches } = this.#limits;
    const freeBatches = Math.floor((bytes - this.#grantedBytes) / batchBytes);
    if (freeBatches < 1) return undefined;
    const granted = Math.max(1, Math.min(streamBatches, Math.floor(freeBatches / 4))) * batchBytes;
    this.#grantedBytes += granted;
    return { batches: streamBatches, bytes: granted };
  }

  give(grant: Grant): void {
    this.#grantedBytes -= grant.bytes;
  }

  get grantedBytes(): number {
    return this.#grantedBytes;
  }
}
