import { RejectionStage, type Violation } from '@millrace/contracts';
import { type Stage, type ViolationCode, violations } from '@millrace/errors';

/** The parts of a violation that differ from record to record. */
export interface Finding {
  readonly path: string;
  readonly expected: string;
  /** Shortened and escaped already. */
  readonly found: string;
  /** One sentence without values of the record; the catalogue's title where it is left out. */
  readonly message?: string;
  readonly hint?: string;
}

const stages: Record<Stage, RejectionStage> = {
  decode: RejectionStage.DECODE,
  transform: RejectionStage.TRANSFORM,
  validate: RejectionStage.VALIDATE,
  encode: RejectionStage.ENCODE,
  write: RejectionStage.WRITE,
};

/** Collects all that is wrong with one record: the first `listedMax` violations in full, the rest as a number. */
export class Report {
  readonly #listedMax: number;
  #violations: Violation[] = [];
  #omitted = 0;
  #stage: RejectionStage = RejectionStage.UNSPECIFIED;

  constructor(listedMax: number) {
    this.#listedMax = listedMax;
  }

  add(code: ViolationCode, finding: Finding): void {
    if (!this.hasRoom) {
      this.#omitted += 1;
      return;
    }
    const { title, hint, stage } = violations[code];
    if (this.isClean) this.#stage = stages[stage];
    const { path, expected, found } = finding;
    this.#violations.push({
      code,
      path,
      message: finding.message ?? title,
      expected,
      found,
      hint: finding.hint ?? hint,
    });
  }

  /** Whether one more violation would be listed. */
  get hasRoom(): boolean {
    return this.#violations.length < this.#listedMax;
  }

  get isClean(): boolean {
    return this.#violations.length === 0;
  }

  /** Hands out what was collected, with the stage of the first violation, and begins anew. */
  take(): Reported {
    const taken = { violations: this.#violations, omitted: this.#omitted, stage: this.#stage };
    this.#violations = [];
    this.#omitted = 0;
    return taken;
  }
}

/** All that was wrong with one record. */
export interface Reported {
  readonly violations: readonly Violation[];
  readonly omitted: number;
  readonly stage: RejectionStage;
}
