import type { Outcome } from '@millrace/contracts';
import type { Backoff, Cancel, Clock } from '@millrace/delivery';
import { type LanePlace, partitionId } from '@millrace/lanes';
import type { DeadLetterWriter } from './connector-kafka.ts';
import type { DeadLetterLimit } from './dead-letter-limit.ts';
import type { DeadLetter } from './dead-letter-record.ts';
import { DeadLetterError } from './dead-letters.ts';
import type { LaneEvents } from './events.ts';
import { type LaneProblem, stoppedByRecord } from './lane-problem.ts';
import { endedRecords } from './outcome-checks.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';

export interface SettlementDependencies {
  readonly clock: Clock;
  readonly events: LaneEvents;
  /** Undefined with errors.tolerance=none. */
  readonly deadLetters: Pick<DeadLetterWriter, 'send'> | undefined;
  /** Of dead letters. */
  readonly limit: DeadLetterLimit;
  /** Waits between tries to write dead letters. */
  readonly backoff: Backoff;
}

interface Parked {
  letters: readonly DeadLetter[];
  readonly finish: () => void;
}

/**
 * What happens to a batch once Milvus has it: its rejected records go to the dead letter topic, and only the broker's
 * acknowledgement finishes the batch. Batches are parked one after the other; while the topic refuses, the lane sends
 * nothing more.
 */
export class Settlement {
  readonly #parts: SettlementDependencies;
  readonly #parked: Parked[] = [];
  #problem: LaneProblem | undefined;
  #closed = false;
  #cancel: Cancel = () => {};

  constructor(parts: SettlementDependencies) {
    this.#parts = parts;
  }

  /** Why dead letters cannot be written, while they cannot. */
  get problem(): LaneProblem | undefined {
    return this.#problem;
  }

  /** Why the lane has to stop with this batch, if it has to. Then the batch is counted, and not to be settled. */
  stopsAt(at: LanePlace, batch: OutgoingBatch, outcome: Outcome): LaneProblem | undefined {
    return this.#parts.deadLetters
      ? this.#exceedsLimit(at, batch, outcome)
      : this.#stopsAtRejection(at, batch, outcome);
  }

  /** With errors.tolerance=none: up to its first rejection the batch is done. */
  #stopsAtRejection(at: LanePlace, batch: OutgoingBatch, outcome: Outcome): LaneProblem | undefined {
    const { clock, events } = this.#parts;
    const rejection = outcome.rejections[0];
    if (!rejection) return undefined;
    batch.span.position = rejection.offset;
    events.settled(at, batch, outcome, 0);
    events.released(batch.records.length - endedRecords(outcome));
    return stoppedByRecord(partitionId(at), rejection, clock.now());
  }

  /** Too many dead letters: all of the batch is read again after a restart, also what is written. */
  #exceedsLimit(at: LanePlace, batch: OutgoingBatch, { rejections }: Outcome): LaneProblem | undefined {
    const { clock, events, limit } = this.#parts;
    const offsets = batch.records.map(({ offset }) => offset);
    const problem = limit.admit(partitionId(at), offsets, rejections, clock.now());
    if (!problem) return undefined;
    events.batchAbandoned(batch);
    events.released(batch.recordCount);
    return problem;
  }

  /** Calls `done` when every record of the batch has its end; not at all once the settlement is closed. */
  settle(at: LanePlace, batch: OutgoingBatch, outcome: Outcome, done: () => void): void {
    const { deadLetters, events } = this.#parts;
    const finish = () => {
      events.settled(at, batch, outcome, outcome.rejections.length);
      done();
    };
    if (outcome.rejections.length === 0 || !deadLetters) {
      finish();
      return;
    }
    const rejected = new Map(outcome.rejections.map((rejection) => [rejection.offset, rejection]));
    const letters = batch.records.flatMap((record) => {
      const rejection = rejected.get(record.offset);
      return rejection
        ? [{ at, record, rejection, attempts: batch.attempts, traceId: batch.trace.spanContext().traceId }]
        : [];
    });
    this.#parked.push({ letters, finish });
    if (this.#parked.length === 1) void this.#park(deadLetters);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #park(deadLetters: Pick<DeadLetterWriter, 'send'>): Promise<void> {
    for (let first = this.#parked[0]; first; first = this.#parked[0]) {
      try {
        await deadLetters.send(first.letters);
      } catch (error) {
        if (!(error instanceof DeadLetterError)) throw error;
        if (this.#closed) return;
        first.letters = error.unsent;
        this.#refused(error);
        await this.#pause();
        continue;
      }
      if (this.#closed) return;
      this.#problem = undefined;
      this.#parts.backoff.reset();
      this.#parked.shift();
      first.finish();
    }
  }

  #refused(error: DeadLetterError): void {
    this.#parts.events.deadLettersRefused();
    const problem = error.toProblem(this.#problem?.sinceMs ?? this.#parts.clock.now());
    if (problem.code !== this.#problem?.code) this.#parts.events.deadLettersFailed(problem);
    this.#problem = problem;
  }

  /** Never ends once the settlement is closed. */
  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#cancel = this.#parts.clock.after(this.#parts.backoff.next(), resolve);
    });
  }
}
