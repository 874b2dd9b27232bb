/** Cancels what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

/** Time as the delivery rules see it, so that tests and the simulator can turn it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `task` once, `delayMs` from now. */
  after(delayMs: number, task: () => void): Cancel;
}

/** Node runs a timer of more than this at once. */
const timerMaxMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMs), timerMaxMs));
    return () => clearTimeout(timer);
  },
};
