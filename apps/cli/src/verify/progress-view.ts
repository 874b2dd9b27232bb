import { dim, grouped, type Output } from '../output.ts';
import type { AuditProgress } from './audit.ts';

const plainLineMs = 10_000;
const liveLineMs = 100;
const barChars = 24;

/** How far a step is: a bar on a terminal, elsewhere a plain line on standard error every ten seconds. */
export class ProgressView implements AuditProgress {
  readonly #output: Output;
  readonly #now: () => number;
  #step = '';
  #total = 0;
  #done = 0;
  #begunAt = 0;
  #shownAt = 0;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  begin(step: string, offsets: bigint): void {
    this.#step = step;
    this.#total = Number(offsets);
    this.#done = 0;
    this.#begunAt = this.#now();
    this.#shownAt = this.#begunAt;
    if (this.#output.isTerminal) this.#output.live(this.#text(this.#begunAt));
  }

  read(records: number): void {
    this.#done += records;
    const now = this.#now();
    if (now - this.#shownAt < (this.#output.isTerminal ? liveLineMs : plainLineMs)) return;
    this.#shownAt = now;
    if (this.#output.isTerminal) this.#output.live(this.#text(now));
    else this.#output.aside(this.#text(now));
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#output.isTerminal) this.#output.live('');
  }

  #text(now: number): string {
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const rate = Math.round((this.#done * 1_000) / Math.max(1, now - this.#begunAt));
    const counts = `${grouped(this.#done)} of ${grouped(this.#total)}   ${grouped(rate)} rec/s`;
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    if (!this.#output.isTerminal) return `  ${this.#step.padEnd(12)} ${percent}   ${counts}`;
    const full = Math.round(share * barChars);
    return `  ${this.#step.padEnd(12)} ${'█'.repeat(full)}${dim('░'.repeat(barChars - full))} ${percent}   ${counts}`;
  }
}
