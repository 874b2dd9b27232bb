import type { Outcome, Rejection } from '@millrace/contracts';
import type { Backoff, Cancel, Clock } from '@millrace/delivery';
import { DeadLetterError, type DeadLetters } from './dead-letters.ts';
import type { LaneEvents } from './events.ts';
import type { TopicPartition } from './kafka-record.ts';
import { partitionId } from './kafka-record.ts';
import { type LaneProblem, stoppedByRecord } from './lane-problem.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';

export interface SettlementDependencies {
  readonly clock: Clock;
  readonly events: LaneEvents;
  /** Undefined with errors.tolerance=none. */
  readonly deadLetters: DeadLetters | undefined;
  /** Waits between tries to write dead letters. */
  readonly backoff: Backoff;
}

/**
 * What happens to a batch once Milvus has it: its rejected records go to the dead letter topic, and only the broker's
 * acknowledgement finishes the batch. While the dead letter topic refuses, the lane sends nothing more.
 */
export class Settlement {
  readonly #parts: SettlementDependencies;
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

  /** With errors.tolerance=none: counts the batch up to its first rejection and says why the lane has to stop. */
  stopsAt(at: TopicPartition, batch: OutgoingBatch, outcome: Outcome): LaneProblem | undefined {
    const rejection = outcome.rejections[0];
    if (this.#parts.deadLetters || !rejection) return undefined;
    batch.span.position = rejection.offset;
    this.#parts.events.settled(batch, outcome, 0);
    this.#parts.events.released(batch.records.filter(({ offset }) => offset >= rejection.offset).length);
    return stoppedByRecord(partitionId(at), rejection, this.#parts.clock.now());
  }

  /** Calls `done` when every record of the batch has its end; not at all once the settlement is closed. */
  settle(at: TopicPartition, batch: OutgoingBatch, outcome: Outcome, done: () => void): void {
    const finish = () => {
      this.#parts.events.settled(batch, outcome, outcome.rejections.length);
      done();
    };
    if (outcome.rejections.length === 0 || !this.#parts.deadLetters) finish();
    else void this.#park(this.#parts.deadLetters, at, batch, outcome.rejections, finish);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #park(
    deadLetters: DeadLetters,
    at: TopicPartition,
    batch: OutgoingBatch,
    rejections: readonly Rejection[],
    finish: () => void,
  ): Promise<void> {
    const byOffset = new Map(batch.records.map((record) => [record.offset, record]));
    const letters = rejections.map((rejection) => {
      const record = byOffset.get(rejection.offset);
      if (!record) throw new Error(`offset ${rejection.offset} was rejected, but it is not in the batch`);
      return { at, record, rejection, attempts: batch.attempts };
    });
    for (;;) {
      try {
        await deadLetters.send(letters);
        break;
      } catch (error) {
        if (this.#closed) return;
        if (!(error instanceof DeadLetterError)) throw error;
        this.#problem ??= error.toProblem(this.#parts.clock.now());
        this.#parts.events.deadLettersFailed(this.#problem);
        await new Promise<void>((resolve) => {
          this.#cancel = this.#parts.clock.after(this.#parts.backoff.next(), resolve);
        });
      }
    }
    if (this.#closed) return;
    this.#problem = undefined;
    this.#parts.backoff.reset();
    finish();
  }
}
