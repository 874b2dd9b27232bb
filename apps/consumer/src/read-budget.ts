import type { Clock } from '@millrace/delivery';

/** A lane as the budget sees it. */
export interface Reader {
  /** Decides anew whether it reads. */
  look(): void;
}

/** Time between two looks of the lanes that wait for room. */
const lookEveryMs = 50;

/**
 * One budget for the records that all lanes of the process have read and not settled, so that its memory is bounded
 * however many partitions it has. A lane may hold as much as is free: one alone takes half of the budget at most, n that
 * are blocked take n of n + 1 parts, and there is always a part left for a lane that comes later. (Dynamic thresholds, as
 * switches share their buffers: Choudhury and Hahne, 1998.) A pause takes effect with the next fetch, so what is held can
 * exceed the budget by the fetches that are under way; then no lane reads until there is room again.
 */
export class ReadBudget {
  readonly bytes: number;
  readonly #clock: Clock;
  readonly #held = new Map<Reader, number>();
  #heldBytes = 0;
  #isLooking = false;

  constructor(bytes: number, clock: Clock) {
    this.bytes = bytes;
    this.#clock = clock;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** What one lane may hold now; zero where nothing is left. */
  get shareBytes(): number {
    return Math.max(0, this.bytes - this.#heldBytes);
  }

  get isSpent(): boolean {
    return this.#heldBytes >= this.bytes;
  }

  /** Says what a lane holds by now. */
  holds(reader: Reader, bytes: number): void {
    const before = this.#held.get(reader) ?? 0;
    this.#held.set(reader, bytes);
    this.#change(bytes - before);
  }

  /** The lane is given up, and what it held with it. */
  leave(reader: Reader): void {
    const before = this.#held.get(reader) ?? 0;
    this.#held.delete(reader);
    this.#change(-before);
  }

  /** Lanes look when there is more room, and all of them when there is none: one that holds nothing reads till then. */
  #change(byBytes: number): void {
    const hadRoom = !this.isSpent;
    this.#heldBytes += byBytes;
    const isNewlySpent = hadRoom && this.isSpent;
    if ((byBytes < 0 || isNewlySpent) && !this.#isLooking) {
      this.#isLooking = true;
      this.#clock.after(isNewlySpent ? 0 : lookEveryMs, () => {
        this.#isLooking = false;
        for (const reader of this.#held.keys()) reader.look();
      });
    }
  }
}
