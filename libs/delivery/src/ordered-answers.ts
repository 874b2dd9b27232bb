/**
 * The server's half of the sequence rules: batches come with sequence numbers from 1 without gaps, work on them may
 * end in any order, and answers leave in the order of the batches.
 */
export class OrderedAnswers<Answer> {
  readonly #emit: (answer: Answer) => void;
  readonly #settled = new Map<number, Answer>();
  #accepted = 0;
  #answered = 0;

  constructor(emit: (answer: Answer) => void) {
    this.#emit = emit;
  }

  /** Takes the next batch; false when its number is not the next one, which ends the stream. */
  accept(sequence: bigint | number): boolean {
    if (Number(sequence) !== this.#accepted + 1) return false;
    this.#accepted += 1;
    return true;
  }

  /** Gives one accepted batch its answer, and emits all answers whose turn it now is. */
  settle(sequence: bigint | number, answer: Answer): void {
    const number = Number(sequence);
    if (number <= this.#answered || number > this.#accepted || this.#settled.has(number)) {
      throw new Error(`batch ${number} is not waiting for an answer`);
    }
    this.#settled.set(number, answer);
    for (let next = this.#settled.get(this.#answered + 1); next !== undefined; ) {
      this.#settled.delete(this.#answered + 1);
      this.#answered += 1;
      this.#emit(next);
      next = this.#settled.get(this.#answered + 1);
    }
  }

  /** Batches accepted and not yet answered. */
  get waiting(): number {
    return this.#accepted - this.#answered;
  }
}
