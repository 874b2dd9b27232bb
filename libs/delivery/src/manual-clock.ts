import type { Cancel, Clock } from './clock.ts';

interface Appointment {
  readonly atMs: number;
  readonly task: () => void;
}

/** A clock that moves only when told to; tasks run in the order of their times, then of their scheduling. */
export class ManualClock implements Clock {
  #nowMs: number;
  /** In the order in which they run. */
  readonly #appointments: Appointment[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): Cancel {
    const appointment = { atMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#appointments.splice(this.#placeOf(appointment.atMs), 0, appointment);
    return () => {
      const place = this.#appointments.indexOf(appointment);
      if (place >= 0) this.#appointments.splice(place, 1);
    };
  }

  /** Moves time on and runs what falls due, also what those tasks schedule within the span. */
  advance(spanMs: number): void {
    const untilMs = this.#nowMs + spanMs;
    while (this.step(untilMs));
    this.#nowMs = untilMs;
  }

  /** Moves to the next task that falls due until then and runs it alone; false: there is none, and time stands. */
  step(untilMs: number): boolean {
    const [next] = this.#appointments;
    if (!next || next.atMs > untilMs) return false;
    this.#appointments.shift();
    this.#nowMs = next.atMs;
    next.task();
    return true;
  }

  get pending(): number {
    return this.#appointments.length;
  }

  /** Behind all that run at the same time or earlier. */
  #placeOf(atMs: number): number {
    let place = this.#appointments.length;
    while (place > 0 && (this.#appointments[place - 1]?.atMs ?? 0) > atMs) place -= 1;
    return place;
  }
}
