import {
  Failure,
  gather,
  LaneOpened,
  type OpenLane,
  Outcome,
  type RecordBatch,
  Rejection,
  Result,
  type ScatteredRecordBatch,
} from '@millrace/contracts';
import type { LaneStream, LaneStreamEvents, OpenLaneStream } from '../src/validator-client.ts';

/** Generous limits; a test names the one that it is about. */
const grant = { instanceId: 'fake', grantBatches: 100, grantBytes: 1_000_000_000n, batchBytesMax: 1_000_000_000n };

/** A schema-validator that does what the test says, when it says so. */
export class FakeValidator {
  readonly streams: FakeStream[] = [];

  readonly open: OpenLaneStream = (open, events) => {
    const stream = new FakeStream(open, events);
    this.streams.push(stream);
    return stream;
  };

  /** The stream that was opened last. */
  get stream(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('no stream was opened');
    return stream;
  }
}

/** The server's end of one stream. */
export class FakeStream implements LaneStream {
  readonly lane: OpenLane;
  readonly batches: RecordBatch[] = [];
  isOpened = false;
  isHalfClosed = false;
  isCancelled = false;
  isEnded = false;
  answered = 0;
  readonly #events: LaneStreamEvents;

  constructor(lane: OpenLane, events: LaneStreamEvents) {
    this.lane = lane;
    this.#events = events;
  }

  send(batch: ScatteredRecordBatch): void {
    if (this.isHalfClosed || this.isCancelled || this.isEnded) throw new Error('sent on a stream that is closed');
    if (batch.sequence !== BigInt(this.batches.length + 1)) throw new Error('sent out of sequence');
    this.batches.push(gather(batch));
  }

  halfClose(): void {
    if (this.isHalfClosed) throw new Error('half-closed twice');
    this.isHalfClosed = true;
  }

  cancel(): void {
    this.isCancelled = true;
  }

  /** Every offset that was sent, as `first-last` of each batch. */
  get ranges(): string[] {
    return this.batches.map(
      ({ firstOffset, offsetDeltas }) => `${firstOffset}-${firstOffset + (offsetDeltas.at(-1) ?? 0n)}`,
    );
  }

  opened(limits: Partial<LaneOpened> = {}): void {
    this.isOpened = true;
    this.#events.opened(LaneOpened.fromPartial({ ...grant, ...limits }));
  }

  refused(failure: Partial<Failure>): void {
    this.#events.refused(Failure.fromPartial(failure));
  }

  /** The outcome of the next batch; of APPLIED, what is not said to be rejected was written. */
  answer(outcome: Partial<Outcome>): void {
    const batch = this.batches[this.answered];
    if (!batch) throw new Error('no batch waits for an answer');
    this.answered += 1;
    const rows = batch.offsetDeltas.length - (outcome.rejections?.length ?? 0);
    const writtenRows = outcome.result === Result.APPLIED ? rows : 0;
    this.#events.outcome({ ...Outcome.create(), sequence: batch.sequence, writtenRows, ...outcome });
  }

  applied(...rejectedOffsets: number[]): void {
    this.answer({ result: Result.APPLIED, rejections: rejectedOffsets.map(rejectionOf) });
  }

  drain(): void {
    this.#events.drain('test');
  }

  end(problem?: string, code?: string): void {
    this.isEnded = true;
    this.#events.ended(problem, code);
  }
}

export function rejectionOf(offset: number): Rejection {
  const violation = { code: 'field.missing', path: '$.id', message: 'the field is missing', hint: 'Send it.' };
  return {
    ...Rejection.create(),
    offset: BigInt(offset),
    violations: [{ ...violation, expected: 'Int64', found: '' }],
  };
}
