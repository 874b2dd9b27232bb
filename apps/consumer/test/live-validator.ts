import {
  gather,
  LaneOpened,
  type OpenLane,
  Outcome,
  type RecordBatch,
  Result,
  type ScatteredRecordBatch,
} from '@millrace/contracts';
import type { LaneStream, LaneStreamEvents, OpenLaneStream } from '../src/validator-client.ts';
import { rejectionOf } from './fake-validator.ts';

interface Waiting {
  readonly batch: RecordBatch;
  readonly answer: () => void;
}

/** A schema-validator that applies every batch by itself, or, while it is told to hold, none. */
export class LiveValidator {
  /** Values in the order of their application, by `topic-partition`. */
  readonly applied = new Map<string, string[]>();
  readonly sentBytes = new Map<string, number>();
  /** Values that are rejected. */
  readonly poison = new Set<string>();
  #holding = false;
  #waiting: Waiting[] = [];

  readonly open: OpenLaneStream = (lane, events) => new LiveStream(this, lane, events);

  values(topic: string, partition = 0): string[] {
    return this.applied.get(`${topic}-${partition}`) ?? [];
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    for (const { answer } of this.#waiting.splice(0)) answer();
  }

  take(batch: RecordBatch, answer: () => void): void {
    if (this.#holding) this.#waiting.push({ batch, answer });
    else setImmediate(answer);
  }

  apply(lane: OpenLane, batch: RecordBatch): Outcome {
    const id = `${lane.topic}-${lane.partition}`;
    const written = this.applied.get(id) ?? [];
    this.applied.set(id, written);
    const rejections = [];
    let at = 0;
    for (const [index, size] of batch.valueSizes.entries()) {
      const value = Buffer.from(batch.values.subarray(at, at + size - 1)).toString();
      at += size - 1;
      if (this.poison.has(value)) {
        rejections.push(rejectionOf(Number(batch.firstOffset + (batch.offsetDeltas[index] ?? 0n))));
      } else written.push(value);
    }
    const writtenRows = batch.offsetDeltas.length - rejections.length;
    return { ...Outcome.create(), sequence: batch.sequence, result: Result.APPLIED, writtenRows, rejections };
  }
}

class LiveStream implements LaneStream {
  readonly #validator: LiveValidator;
  readonly #lane: OpenLane;
  readonly #events: LaneStreamEvents;
  #unanswered = 0;
  #halfClosed = false;
  #ended = false;

  constructor(validator: LiveValidator, lane: OpenLane, events: LaneStreamEvents) {
    this.#validator = validator;
    this.#lane = lane;
    this.#events = events;
    const limits = { grantBatches: 8, grantBytes: 100_000_000n, batchBytesMax: 4_194_304n };
    setImmediate(() => events.opened(LaneOpened.fromPartial(limits)));
  }

  send(scattered: ScatteredRecordBatch): void {
    const batch = gather(scattered);
    this.#unanswered += 1;
    this.#validator.take(batch, () => {
      if (this.#ended) return;
      this.#unanswered -= 1;
      this.#events.outcome(this.#validator.apply(this.#lane, batch));
      this.#endIfDone();
    });
  }

  halfClose(): void {
    this.#halfClosed = true;
    setImmediate(() => this.#endIfDone());
  }

  cancel(): void {
    setImmediate(() => this.#end('CANCELLED'));
  }

  #endIfDone(): void {
    if (this.#halfClosed && this.#unanswered === 0) this.#end(undefined);
  }

  #end(problem: string | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.ended(problem);
  }
}
