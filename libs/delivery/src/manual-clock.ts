import type { Cancel, Clock } from './clock.ts';

interface Appointment {
  readonly atMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** A clock that moves only when told to; tasks run in the order of their times, then of their scheduling. */
export class ManualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #appointments: Appointment[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): Cancel {
    const appointment = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, task };
    this.#appointments.push(appointment);
    return () => {
      this.#appointments = this.#appointments.filter((other) => other !== appointment);
    };
  }

  /** Moves time on and runs what falls due, also what those tasks schedule within the span. */
  advance(spanMs: number): void {
    const untilMs = this.#nowMs + spanMs;
    for (let due = this.#next(untilMs); due; due = this.#next(untilMs)) {
      this.#appointments = this.#appointments.filter((other) => other !== due);
      this.#nowMs = due.atMs;
      due.task();
    }
    this.#nowMs = untilMs;
  }

  get pending(): number {
    return this.#appointments.length;
  }

  #next(untilMs: number): Appointment | undefined {
    return this.#appointments
      .filter((appointment) => appointment.atMs <= untilMs)
      .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }
}
