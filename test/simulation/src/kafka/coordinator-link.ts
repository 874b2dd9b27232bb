import type { Clock } from '@millrace/delivery';
import type { Settings } from '../services/settings.ts';
import type { Random } from '../world/random.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';

/** How the coordinator can be reached; `stuck`: it takes commits, and says so late or not at all. */
export type LinkState = 'well' | 'slow' | 'away' | 'stuck';

/** As kafkajs has it (apps/consumer, kafka-client.ts). */
const requestTimeoutMs = 30_000;

/** The way from the processes to the coordinator and the broker: it takes time, and while the coordinator
 * is away most requests fail, some of them after they have had their effect. */
export class CoordinatorLink {
  state: LinkState = 'well';
  readonly #cutOff = new Set<SimulatedProcess>();
  readonly #clock: Clock;
  readonly #random: Random;

  readonly #settings: Pick<Settings, 'isCalm' | 'brokerLatencyMaxMs'>;

  constructor(clock: Clock, random: Random, settings: Pick<Settings, 'isCalm' | 'brokerLatencyMaxMs'>) {
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
  }

  /** Nothing that a process sends arrives any more, and nothing that is sent to it, until it is connected again. */
  cutOff(process: SimulatedProcess): void {
    this.#cutOff.add(process);
  }

  connect(process: SimulatedProcess): void {
    this.#cutOff.delete(process);
  }

  connectAll(): void {
    this.#cutOff.clear();
  }

  /** Does something at the coordinator for a process; `act` answers by its second argument, perhaps later. */
  async ask<Answer>(
    process: SimulatedProcess,
    act: (answer: (value: Answer) => void) => void,
    timeoutMs = requestTimeoutMs,
  ): Promise<Answer> {
    return this.#ask(process, act, timeoutMs, () => this.#delay);
  }

  /** The same for a commit: its answer waits until the coordinator's log has a copy elsewhere. */
  async commit(process: SimulatedProcess, act: () => void): Promise<void> {
    const isStuck = this.state === 'stuck' && this.#random.chance(0.7);
    const answerDelay = () => (isStuck ? this.#random.int(2_000, 2 * requestTimeoutMs) : this.#delay);
    const actAndAnswer = (answer: (value: undefined) => void) => {
      act();
      answer(undefined);
    };
    return this.#ask(process, actAndAnswer, requestTimeoutMs, answerDelay);
  }

  #ask<Answer>(
    process: SimulatedProcess,
    act: (answer: (value: Answer) => void) => void,
    timeoutMs: number,
    answerDelay: () => number,
  ): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const cancel = process.after(timeoutMs, () => reject(new Error('the request timed out')));
      const back = (task: () => void) => {
        if (this.#cutOff.has(process)) return;
        const told = this.#isLost ? () => reject(new Error('the connection was reset')) : task;
        this.#clock.after(answerDelay(), () =>
          process.run(() => {
            cancel();
            told();
          }),
        );
      };
      if (this.#cutOff.has(process)) return;
      if (this.#isLost) {
        back(() => reject(new Error('the broker cannot be reached')));
        return;
      }
      this.#clock.after(this.#delay, () => {
        try {
          act((value) => back(() => resolve(value)));
        } catch (error) {
          back(() => reject(error));
        }
      });
    });
  }

  get #isLost(): boolean {
    return this.state === 'away' && this.#random.chance(0.7);
  }

  get #delay(): number {
    const { isCalm, brokerLatencyMaxMs } = this.#settings;
    const slowShare = this.state === 'slow' ? 0.7 : isCalm ? 0 : 0.02;
    return this.#random.chance(slowShare) ? this.#random.int(200, 4_000) : this.#random.int(1, brokerLatencyMaxMs);
  }
}
