import { type DeadLetter, DeadLetterError, type DeadLetterWriter } from '@millrace/consumer/parts';
import type { History } from '../history.ts';
import type { Random } from '../world/random.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';

/** `late`: it takes letters, and says so late; `refusing`: it takes none, or some and does not say so. */
export type LetterState = 'well' | 'late' | 'refusing';

/** The dead letter topic. */
export class LetterTopic {
  state: LetterState = 'well';
  readonly #random: Random;
  readonly #history: History;
  readonly #isCalm: boolean;

  constructor(random: Random, history: History, isCalm: boolean) {
    this.#random = random;
    this.#history = history;
    this.#isCalm = isCalm;
  }

  /** One process's way to write into it. */
  writer(process: SimulatedProcess): DeadLetterWriter {
    return {
      ensureTopic: async () => {},
      send: (letters) => this.#send(process, letters),
      close: async () => {},
    };
  }

  #send(process: SimulatedProcess, letters: readonly DeadLetter[]): Promise<void> {
    const random = this.#random;
    const isSlow = random.chance(this.state === 'late' ? 0.8 : this.#isCalm ? 0 : 0.05);
    const isRefused = this.state === 'refusing';
    return new Promise((resolve, reject) => {
      process.after(isSlow ? random.int(100, 8_000) : random.int(1, 20), () => {
        if (!isRefused) {
          this.#take(process, letters);
          // The answer takes its time as well, and the process may end before it has it.
          process.after(isSlow ? random.int(1, 3_000) : random.int(0, 10), resolve);
          return;
        }
        const taken = random.chance(0.3) ? letters.length : 0;
        this.#take(process, letters.slice(0, taken));
        const unsent = letters.slice(random.chance(0.5) ? 0 : taken);
        reject(new DeadLetterError('letters', new Error('refused'), unsent.length > 0 ? unsent : letters));
      });
    });
  }

  #take(process: SimulatedProcess, letters: readonly DeadLetter[]): void {
    for (const { at, record } of letters) {
      const { partition } = at;
      this.#history.add({ kind: 'letter', process: process.name, partition, offset: Number(record.offset) });
    }
  }
}
