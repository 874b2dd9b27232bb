import type { Cancel, Clock } from '@millrace/delivery';

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
  readonly #paused = new Set<Reader>();
  #heldBytes = 0;
  #cancelLook: Cancel | undefined;

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

  /** Says whether a lane is paused, so that it is told of room. */
  pauses(reader: Reader, isPaused: boolean): void {
    if (isPaused) this.#paused.add(reader);
    else this.#paused.delete(reader);
  }

  /** The lane is given up, and what it held with it. */
  leave(reader: Reader): void {
    const before = this.#held.get(reader) ?? 0;
    this.#held.delete(reader);
    this.#paused.delete(reader);
    this.#change(-before);
    if (this.#held.size > 0) return;
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }

  /** Paused lanes look when there is more room, and all when there is none: one that holds nothing reads till then. */
  #change(byBytes: number): void {
    const hadRoom = !this.isSpent;
    this.#heldBytes += byBytes;
    const isNewlySpent = hadRoom && this.isSpent;
    const isWaitedFor = byBytes < 0 && this.#paused.size > 0;
    if (this.#cancelLook || !(isNewlySpent || isWaitedFor)) return;
    this.#cancelLook = this.#clock.after(isNewlySpent ? 0 : lookEveryMs, () => {
      this.#cancelLook = undefined;
      for (const reader of this.isSpent ? this.#held.keys() : [...this.#paused]) reader.look();
    });
  }
}
