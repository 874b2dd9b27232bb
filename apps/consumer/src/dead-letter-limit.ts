import type { ErrorsConfig } from '@millrace/connector-config';
import type { Rejection } from '@millrace/contracts';
import { type LaneProblem, ownProblem } from './lane-problem.ts';

export interface LimitOptions {
  /** errors.deadletterqueue.run.max: rejected records in a row; 0: no limit. */
  readonly runMax: number;
  /** errors.deadletterqueue.share.max.percent: rejected ones among the last 1000 records; 100: no limit. */
  readonly sharePercentMax: number;
}

/** The limits of a connector; with errors.tolerance=none there are no dead letters to limit. */
export function limitOptionsOf({ deadLetters }: ErrorsConfig): LimitOptions {
  return { runMax: deadLetters?.runMax ?? 0, sharePercentMax: deadLetters?.sharePercentMax ?? 100 };
}

/** Records that a share is taken of. With fewer it says nothing yet. */
const windowRecords = 1_000;

/** A lane's last records, oldest first: the code that each was rejected for, or undefined. */
interface History {
  readonly recent: readonly (string | undefined)[];
  /** Rejected records in a row at the end. */
  readonly run: number;
}

/**
 * Whether a lane may go on to write dead letters. A whole topic of bad records is a mistake of somebody, and a dead letter
 * topic full of them helps nobody: then the lane stops before it writes the letters of the batch that exceeds a limit.
 */
export class DeadLetterLimit {
  readonly #options: LimitOptions;
  #history: History = { recent: [], run: 0 };
  #refusedAt: bigint | undefined;

  constructor(options: LimitOptions) {
    this.#options = options;
  }

  /** The offset of the first record of the batch that exceeded a limit; everything before it is counted. */
  get refusedAt(): bigint | undefined {
    return this.#refusedAt;
  }

  /**
   * Counts the records of the next batch, in offset order, by the rejections among them. Where they exceed a limit nothing
   * is counted, and the problem that stops the lane comes back.
   */
  admit(
    where: string,
    offsets: readonly bigint[],
    rejections: readonly Rejection[],
    nowMs: number,
  ): LaneProblem | undefined {
    const codes = new Map(rejections.map(({ offset, violations }) => [offset, violations[0]?.code ?? 'rejected']));
    const recent = [...this.#history.recent];
    let { run } = this.#history;
    let rejectedRecently = countRejected(recent);
    for (const offset of offsets) {
      const code = codes.get(offset);
      run = code === undefined ? 0 : run + 1;
      recent.push(code);
      if (code !== undefined) rejectedRecently += 1;
      if (recent.length > windowRecords && recent.at(-windowRecords - 1) !== undefined) rejectedRecently -= 1;
      const excess = this.#excess(where, run, recent.length < windowRecords ? 0 : rejectedRecently);
      if (!excess) continue;
      this.#refusedAt = offsets[0];
      return ownProblem(excess.code, `${excess.message}; ${describe(recent, rejections)}`, nowMs);
    }
    this.#history = { recent: recent.slice(-windowRecords), run };
    return undefined;
  }

  #excess(where: string, run: number, rejectedRecently: number) {
    const { runMax, sharePercentMax } = this.#options;
    if (runMax > 0 && run > runMax) {
      const message = `more than ${runMax} records of ${where} in a row were rejected`;
      return { code: 'dead_letter.limit_run' as const, message };
    }
    if (sharePercentMax < 100 && rejectedRecently * 100 > sharePercentMax * windowRecords) {
      const message = `more than ${sharePercentMax} % of the last ${windowRecords} records of ${where} were rejected`;
      return { code: 'dead_letter.limit_share' as const, message };
    }
    return undefined;
  }
}

function countRejected(recent: readonly (string | undefined)[]): number {
  return recent.reduce((sum, code) => sum + (code === undefined ? 0 : 1), 0);
}

/** The most frequent code of late, and the first record of the batch that was rejected for it, or for anything. */
function describe(recent: readonly (string | undefined)[], rejections: readonly Rejection[]): string {
  const counts = new Map<string, number>();
  for (const code of recent.slice(-windowRecords)) {
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const [[code, count] = ['rejected', 0]] = [...counts].sort(([, a], [, b]) => b - a);
  const sample = rejections.find(({ violations }) => violations[0]?.code === code) ?? rejections[0];
  const { path = '$', message = '' } = sample?.violations[0] ?? {};
  const total = countRejected(recent.slice(-windowRecords));
  return `most of them for ${code} (${count} of ${total}), such as offset ${sample?.offset} at ${path}: ${message}`;
}
