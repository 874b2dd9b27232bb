import type { DeadLetter } from '../src/dead-letter-record.ts';
import { DeadLetterError } from '../src/dead-letters.ts';

/** A dead letter topic that takes or refuses letters when the test says so. */
export class FakeDeadLetters {
  readonly written: bigint[] = [];
  tries = 0;
  #asked: { letters: readonly DeadLetter[]; resolve: () => void; reject: (error: Error) => void }[] = [];

  send(letters: readonly DeadLetter[]): Promise<void> {
    this.tries += 1;
    return new Promise((resolve, reject) => this.#asked.push({ letters, resolve, reject }));
  }

  get waiting(): number {
    return this.#asked.length;
  }

  /** Acknowledges the oldest request. */
  async take(): Promise<void> {
    const asked = this.#next();
    this.written.push(...asked.letters.map(({ record }) => record.offset));
    asked.resolve();
    await settled();
  }

  /** Refuses the oldest request, after `written` of its letters. */
  async refuse(written = 0): Promise<void> {
    const asked = this.#next();
    this.written.push(...asked.letters.slice(0, written).map(({ record }) => record.offset));
    asked.reject(new DeadLetterError('letters', new Error('not allowed'), asked.letters.slice(written)));
    await settled();
  }

  #next() {
    const asked = this.#asked.shift();
    if (!asked) throw new Error('nothing was sent');
    return asked;
  }
}

/** Lets promises that are settled have their effects. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
