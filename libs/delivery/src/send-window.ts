/** What a batch needs to be counted and waited for. */
export interface Sendable {
  readonly byteCount: number;
  /** Expiry of the sent batch, milliseconds since the epoch. */
  readonly notAfterMs: number;
}

export interface WindowLimits {
  readonly batches: number;
  readonly bytes: number;
}

/**
 * The client's half of the sequence rules: what was sent on one stream and is not answered yet, oldest first, within
 * a limit of batches and bytes. A stream that has nothing unanswered may always send one batch, however large.
 */
export class SendWindow<Batch extends Sendable> {
  readonly limits: WindowLimits;
  #unanswered: Batch[] = [];
  #bytes = 0;
  #sent = 0;
  #latestNotAfterMs = 0;

  constructor(limits: WindowLimits) {
    this.limits = limits;
  }

  hasRoomFor(byteCount: number): boolean {
    if (this.#unanswered.length === 0) return true;
    return this.#unanswered.length < this.limits.batches && this.#bytes + byteCount <= this.limits.bytes;
  }

  /** Enters a batch and returns its sequence number. */
  send(batch: Batch): number {
    this.#unanswered.push(batch);
    this.#bytes += batch.byteCount;
    this.#latestNotAfterMs = Math.max(this.#latestNotAfterMs, batch.notAfterMs);
    this.#sent += 1;
    return this.#sent;
  }

  /** Takes out the batch that an answer is for; undefined when the answer is not for the oldest one. */
  answer(sequence: bigint | number): Batch | undefined {
    if (Number(sequence) !== this.#sent - this.#unanswered.length + 1) return undefined;
    const batch = this.#unanswered.shift();
    if (batch) this.#bytes -= batch.byteCount;
    return batch;
  }

  get unanswered(): readonly Batch[] {
    return this.#unanswered;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The latest expiry of anything ever sent on this stream, answered or not; 0 when nothing was. */
  get latestNotAfterMs(): number {
    return this.#latestNotAfterMs;
  }
}
