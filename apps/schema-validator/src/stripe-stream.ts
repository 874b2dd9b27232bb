import {
  type EntityBatch,
  type Failure,
  type InsertRequest,
  type InsertResponse,
  type LaneOpened,
  NotAppliedReason,
  type OpenLane,
  type Outcome,
} from '@millrace/contracts';
import { type Clock, SendWindow } from '@millrace/delivery';
import type { FailureCode } from '@millrace/errors';
import type { ClientCall } from '@millrace/service';
import { failure } from './failures.ts';
import type { InserterClient } from './inserter-client.ts';
import { endsStream, indefinite, notApplied, notStarted } from './outcomes.ts';

export type InsertCall = ClientCall<InsertRequest, InsertResponse>;

/** Begins calls of Insert. */
export interface InserterCalls extends Pick<InserterClient, 'address' | 'describeError' | 'width' | 'isUneven'> {
  insert(): InsertCall;
}

/** How long the inserter has to open a stripe. */
export interface OpeningTimeout {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export interface StripeListener {
  /** The inserter asks to finish and to reopen elsewhere. */
  drain(reason: string): void;
  /** The stream broke after it was opened; every part has its outcome. */
  lost(why: string): void;
}

export type StripeOpening = { readonly stream: StripeStream } | { readonly failure: Failure };

interface Sent {
  readonly byteCount: number;
  readonly notAfterMs: number;
  readonly resolve: (outcome: Outcome) => void;
}

interface Waiting {
  readonly part: EntityBatch;
  readonly resolve: (outcome: Outcome) => void;
}

/**
 * One stripe's stream to an inserter. Parts leave in order within the inserter's grant, and every part gets exactly one
 * outcome, whatever becomes of the stream: what was sent and not answered when it breaks is INDEFINITE, what was not
 * sent is NOT_APPLIED.
 */
export class StripeStream {
  readonly #client: InserterCalls;
  readonly #listener: StripeListener;
  readonly #call: InsertCall;
  #resolveOpening: ((opening: StripeOpening) => void) | undefined;
  #window = new SendWindow<Sent>({ batches: 0, bytes: 0 });
  #batchBytesMax = 0;
  #waiting: Waiting[] = [];
  /** What parts get that are not sent any more; undefined while the stream is good. */
  #refusal: Outcome | undefined;
  #isOver = false;

  /** Opens the stream and waits for the inserter's LaneOpened; never rejects. */
  static async open(
    client: InserterCalls,
    open: OpenLane,
    timeout: OpeningTimeout,
    listener: StripeListener,
  ): Promise<StripeOpening> {
    const stream = new StripeStream(client, listener);
    return stream.#open(open, timeout);
  }

  private constructor(client: InserterCalls, listener: StripeListener) {
    this.#client = client;
    this.#listener = listener;
    this.#call = client.insert();
    this.#call.on('data', (response) => this.#receive(response));
    this.#call.on('error', (error) => this.#lose(client.describeError(error)));
    this.#call.on('end', () => this.#lose(`inserter at ${client.address} ended the stream`));
  }

  /** Largest part that the inserter accepts, in bytes of its byte_count. */
  get batchBytesMax(): number {
    return this.#batchBytesMax;
  }

  /** Sends the part as soon as the grant has room; resolves with its outcome and never rejects. */
  send(part: EntityBatch): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ part, resolve });
      this.#pump();
    });
  }

  /** Sends no part any more; those that wait for room are NOT_APPLIED (DRAINING). */
  stopSending(): void {
    this.#refusal ??= notApplied(NotAppliedReason.DRAINING);
    this.#pump();
  }

  /** Half-closes after the last part was answered. */
  end(): void {
    this.#isOver = true;
    this.#call.end();
  }

  /** Breaks the stream off; what is not answered gets its outcome here. */
  cancel(): void {
    this.#breakOff('the stream was given up', 'V104');
  }

  #open(open: OpenLane, { clock, timeoutMs }: OpeningTimeout): Promise<StripeOpening> {
    const { address } = this.#client;
    const giveUp = () => this.#lose(`inserter at ${address} did not open the lane within ${timeoutMs} ms`);
    const cancel = clock.after(timeoutMs, giveUp);
    return new Promise((resolve) => {
      this.#resolveOpening = (opening) => {
        cancel();
        this.#resolveOpening = undefined;
        resolve(opening);
      };
      this.#call.write({ message: { $case: 'open', value: open } });
    });
  }

  #receive({ message }: InsertResponse): void {
    if (this.#isOver) return;
    if (message?.$case === 'outcome') this.#settle(message.value);
    else if (message?.$case === 'drain') this.#listener.drain(message.value.reason);
    else if (message?.$case === 'opened') this.#opened(message.value);
    else if (message?.$case === 'refused') this.#refused(message.value.failure);
  }

  #opened({ grantBatches, grantBytes, batchBytesMax }: LaneOpened): void {
    this.#window = new SendWindow({ batches: grantBatches, bytes: Number(grantBytes) });
    this.#batchBytesMax = Number(batchBytesMax);
    this.#resolveOpening?.({ stream: this });
  }

  #refused(reason: Failure | undefined): void {
    const why = `inserter at ${this.#client.address} refused the lane without a reason`;
    this.#resolveOpening?.({ failure: reason ?? failure('V106', why) });
    this.end();
  }

  #pump(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const { part, resolve } = next;
      if (this.#refusal) {
        resolve(this.#refusal);
        // Only the first one names the cause.
        this.#refusal = notStarted;
      } else {
        const byteCount = Number(part.byteCount);
        if (!this.#window.hasRoomFor(byteCount)) return;
        const sequence = BigInt(this.#window.send({ byteCount, notAfterMs: Number(part.notAfterUnixMs), resolve }));
        this.#call.write({ message: { $case: 'batch', value: { ...part, sequence } } });
      }
      this.#waiting.shift();
    }
  }

  #settle(outcome: Outcome): void {
    const sent = this.#window.answer(outcome.sequence);
    if (!sent) {
      this.#lose(`inserter at ${this.#client.address} answered batches out of order`, 'V106');
      return;
    }
    if (endsStream(outcome)) this.#refusal ??= notStarted;
    sent.resolve(outcome);
    this.#pump();
  }

  #lose(why: string, code: FailureCode = 'V104'): void {
    if (this.#isOver) return;
    const isOpen = this.#resolveOpening === undefined;
    this.#breakOff(why, code);
    if (isOpen) this.#listener.lost(why);
  }

  #breakOff(why: string, code: FailureCode): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#call.cancel();
    const unanswered = [...this.#window.unanswered];
    this.#refusal ??= unanswered.length > 0 ? notStarted : notApplied(NotAppliedReason.BLOCKED, failure('V103', why));
    for (const sent of unanswered) sent.resolve(indefinite(failure(code, why)));
    this.#pump();
    this.#resolveOpening?.({ failure: failure('V103', why) });
  }
}
