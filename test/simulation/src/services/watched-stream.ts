import type { LaneStream, LaneStreamEvents } from '@millrace/consumer/parts';
import { Result, type ScatteredRecordBatch } from '@millrace/contracts';
import { epochMs, type History } from '../history.ts';
import { landsAfterMs } from '../world/margins.ts';

/** Tells the history what a lane sends over a stream, and what it cannot know the end of. */
export class WatchedStream {
  readonly #process: string;
  readonly #partition: number;
  readonly #number: number;
  readonly #history: History;
  /** Offsets of the batches that have no outcome yet, oldest first. */
  #unanswered: (readonly number[])[] = [];

  /** @param number of the stream, different from all others of the run */
  constructor(process: string, partition: number, number: number, history: History) {
    this.#process = process;
    this.#partition = partition;
    this.#number = number;
    this.#history = history;
  }

  /** The lane's listener, heard on the way. */
  events(events: LaneStreamEvents): LaneStreamEvents {
    return {
      opened: (message) => events.opened(message),
      refused: (failure) => events.refused(failure),
      drain: (reason) => events.drain(reason),
      outcome: (outcome) => {
        const offsets = this.#unanswered.shift() ?? [];
        const isDefinite = outcome.result === Result.APPLIED || outcome.result === Result.NOT_APPLIED;
        if (isDefinite) this.#history.add({ kind: 'answered', partition: this.#partition, stream: this.#number });
        else this.#doubt(offsets);
        events.outcome(outcome);
      },
      ended: (problem, code) => {
        this.#giveUp();
        events.ended(problem, code);
      },
    };
  }

  /** The stream as the lane uses it. */
  stream(stream: LaneStream): LaneStream {
    return {
      send: (batch) => {
        this.#sent(batch);
        stream.send(batch);
      },
      halfClose: () => stream.halfClose(),
      cancel: () => {
        this.#giveUp();
        stream.cancel();
      },
    };
  }

  #sent({ firstOffset, offsetDeltas, notAfterUnixMs }: ScatteredRecordBatch): void {
    const offsets = offsetDeltas.map((delta) => Number(firstOffset + delta));
    this.#unanswered.push(offsets);
    const [process, partition, stream] = [this.#process, this.#partition, this.#number];
    const notAfterMs = Number(notAfterUnixMs);
    const landsUntilMs = notAfterMs - epochMs + landsAfterMs;
    this.#history.add({ kind: 'sent', process, partition, stream, offsets, notAfterMs, landsUntilMs });
  }

  #giveUp(): void {
    for (const offsets of this.#unanswered.splice(0)) this.#doubt(offsets);
  }

  #doubt(offsets: readonly number[]): void {
    this.#history.add({ kind: 'doubt', process: this.#process, partition: this.#partition, offsets });
  }
}
