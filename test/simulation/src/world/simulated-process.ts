import type { Cancel, Clock } from '@millrace/delivery';

/**
 * One operating system process: a clock of its own, and the way in for whatever comes from outside. While it is paused
 * (SIGSTOP) nothing of it runs, and what falls due waits until it is continued; once it has ended nothing of it ever
 * runs again.
 */
export class SimulatedProcess implements Clock {
  readonly name: string;
  readonly #world: Clock;
  /** How far its clock is ahead of the world's. */
  readonly #skewMs: number;
  #state: 'running' | 'paused' | 'ended' = 'running';
  #held: (() => void)[] = [];

  constructor(name: string, world: Clock, skewMs = 0) {
    this.name = name;
    this.#world = world;
    this.#skewMs = skewMs;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isPaused(): boolean {
    return this.#state === 'paused';
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  now(): number {
    return this.#world.now() + this.#skewMs;
  }

  /** The world's time of a time of this process. */
  worldTimeOf(processTimeMs: number): number {
    return processTimeMs - this.#skewMs;
  }

  after(delayMs: number, task: () => void): Cancel {
    let isCancelled = false;
    const runs = () => {
      if (!isCancelled) task();
    };
    // In whole milliseconds, as timers are.
    const cancel = this.#world.after(Math.ceil(delayMs), () => this.run(runs));
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** Runs a task in the process: now, when it is continued, or never. */
  run(task: () => void): void {
    if (this.#state === 'running') task();
    else if (this.#state === 'paused') this.#held.push(task);
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  /** What has fallen due meanwhile runs in its order, each task with all that it sets off before the next. */
  continue(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    for (const task of this.#held.splice(0)) this.#world.after(0, () => this.run(task));
  }

  end(): void {
    this.#state = 'ended';
    this.#held = [];
  }
}
