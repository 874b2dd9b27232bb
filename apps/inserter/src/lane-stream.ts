import {
  type EntityBatch,
  type Failure,
  type InsertRequest,
  type InsertResponse,
  NotAppliedReason,
  type OpenLane,
} from '@millrace/contracts';
import { type Clock, type Grant, OrderedAnswers } from '@millrace/delivery';
import type { ServerCall } from '@millrace/service';
import type { CollectionRegister } from './collection-register.ts';
import type { Collections } from './collections.ts';
import { MalformedBatch } from './column-run.ts';
import { Entries } from './entries.ts';
import type { Events } from './events.ts';
import { failureOf, quoted } from './failures.ts';
import type { Grants } from './grants.ts';
import type { KnownRefusals } from './known-refusals.ts';
import { clockFailure, insertModeOf, type Lane, toLane } from './lane.ts';
import type { MilvusWriter } from './milvus-writer.ts';
import { type Breach, broken, brokenBy, failed, grantExceeded } from './stream-ends.ts';
import { StripeWriter } from './stripe-writer.ts';
import { identityOf, type Targets } from './targets.ts';
import { WriteQueue } from './write-queue.ts';

export type InsertCall = ServerCall<InsertRequest, InsertResponse>;

export interface LaneStreamOptions {
  readonly clock: Clock;
  readonly instanceId: string;
  readonly batchBytesMax: number;
  /** Furthest that a batch's not_after may lie ahead. */
  readonly notAfterAheadMs: number;
  readonly writeBytesMax: number;
  readonly targets: Targets;
  readonly collections: Pick<Collections, 'describe' | 'drop'>;
  readonly register: CollectionRegister;
  readonly writer: MilvusWriter;
  readonly grants: Grants;
  readonly events: Events;
  readonly known: KnownRefusals;
}

/** An opened lane and what belongs to it. */
interface Opened {
  /** Bytes of the batches that are not answered, oldest first. */
  readonly unanswered: number[];
  readonly lane: Lane;
  readonly grant: Grant;
  readonly queue: WriteQueue;
  readonly answers: OrderedAnswers<InsertResponse>;
}

/** One Insert stream, from OpenLane to its end. Messages are taken as they come; writing happens beside it. */
export class LaneStream {
  readonly #call: InsertCall;
  readonly #options: LaneStreamOptions;
  #connector = '';
  #opening = false;
  #opened: Opened | undefined;
  #halfClosed = false;
  #over: 'ended' | 'cancelled' | 'broken' | undefined;
  #drained: string | undefined;
  #refusesToBegin = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(call: InsertCall, options: LaneStreamOptions) {
    this.#call = call;
    this.#options = options;
    call.on('data', (request) => this.#take(request));
    call.on('end', () => this.#halfClose());
    call.on('cancelled', () => this.#finish('cancelled'));
    call.on('error', () => this.#finish('cancelled'));
  }

  /** Settles when nothing more is taken or said; a write in flight may still run to its end. */
  get over(): Promise<void> {
    return this.#ended.promise;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined && !this.#over;
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  /** Asks the client to finish and to open the lane again elsewhere. What comes until then is still written. */
  drain(reason: string): void {
    if (this.#drained !== undefined || this.#over) return;
    this.#drained = reason;
    if (!this.#opened) return;
    this.#options.events.drainAsked(this.#opened.lane, reason);
    this.#write({ message: { $case: 'drain', value: { reason } } });
  }

  /** Begins no new write; batches that wait are answered NOT_APPLIED (DRAINING). */
  beginNothing(): void {
    this.#refusesToBegin = true;
    this.#opened?.queue.end(NotAppliedReason.DRAINING);
  }

  #take(request: InsertRequest): void {
    if (this.#over) return;
    const { message } = request;
    if (message?.$case === 'open' && !this.#opening) {
      this.#opening = true;
      this.#connector = quoted(message.value.connector);
      this.#open(message.value).catch((error: unknown) => this.#fail(error));
      return;
    }
    const wrong =
      message?.$case === 'batch' ? this.#takeBatch(message.value) : broken('neither the first OpenLane nor a batch');
    if (wrong) this.#break(wrong);
  }

  async #open(open: OpenLane): Promise<void> {
    const { clock, targets, collections, register, grants, events } = this.#options;
    const skew = clockFailure(Number(open.clientTimeUnixMs), clock.now());
    if (skew) return this.#refuse(skew);
    const target = targets.resolve(open.target);
    if ('code' in target) return this.#refuse(target);
    const description = await collections.describe(target);
    if (!description.ok) {
      register.failed(identityOf(target), description.failure);
      return this.#refuse(description.failure);
    }
    const lane = toLane(open, target, description.described);
    if ('code' in lane) return this.#refuse(lane);
    // A lane has to have one stripe, and goes without the others where there is no room for them.
    const grant = open.stripe > 0 ? grants.takeFree() : await grants.take();
    if (!grant) return this.#refuse(busy);
    const { identity, isSerial } = description.described;
    const gate = register.gate(identity, isSerial);
    const opened: Opened = {
      unanswered: [],
      lane,
      grant,
      answers: this.#newAnswers(),
      queue: this.#newQueue(lane, identity, gate),
    };
    register.enter(identity, opened.queue);
    void this.#cleanUp(opened, identity);
    if (this.#over) return;
    this.#opened = opened;
    events.laneOpened(lane, grant);
    this.#write({ message: { $case: 'opened', value: this.#openedMessage(lane, grant) } });
    if (this.#drained !== undefined) this.#write({ message: { $case: 'drain', value: { reason: this.#drained } } });
    if (this.#refusesToBegin) opened.queue.end(NotAppliedReason.DRAINING);
    this.#endIfAnswered();
  }

  #openedMessage(lane: Lane, grant: Grant) {
    const { instanceId, clock, batchBytesMax } = this.#options;
    return {
      instanceId,
      serverTimeUnixMs: BigInt(clock.now()),
      grantBatches: grant.batches,
      grantBytes: BigInt(grant.bytes),
      batchBytesMax: BigInt(batchBytesMax),
      insertMode: insertModeOf(lane),
    };
  }

  #newAnswers(): OrderedAnswers<InsertResponse> {
    return new OrderedAnswers((answer) => {
      this.#opened?.unanswered.shift();
      this.#write(answer);
      this.#endIfAnswered();
    });
  }

  #newQueue(lane: Lane, identity: string, gate: ReturnType<CollectionRegister['gate']>): WriteQueue {
    const { clock, collections, writer, events, known, register, writeBytesMax } = this.#options;
    const stripe = new StripeWriter({ clock, lane, collections, writer, events, known });
    return new WriteQueue({
      gate,
      writeBytesMax,
      write: (parts, goesOn) => stripe.write(parts, goesOn),
      answer: (outcome) => {
        if (outcome.failure) register.failed(identity, outcome.failure);
        this.#opened?.answers.settle(outcome.sequence, { message: { $case: 'outcome', value: outcome } });
      },
      failed: (error) => this.#fail(error),
    });
  }

  /** Queues a batch; or says how it breaks the contract. */
  #takeBatch(batch: EntityBatch): Breach | undefined {
    if (!this.#opened) return broken('a batch before LaneOpened');
    const { answers, grant, queue, lane, unanswered } = this.#opened;
    const { clock, notAfterAheadMs, batchBytesMax } = this.#options;
    if (!answers.accept(batch.sequence)) return broken(`batch ${batch.sequence} is out of sequence`, 'batch.sequence');
    if (answers.waiting > grant.batches)
      return grantExceeded(`more than the granted ${grant.batches} batches unanswered`);
    const aheadMs = Number(batch.notAfterUnixMs) - clock.now();
    if (aheadMs > notAfterAheadMs) return broken(`not_after is ${aheadMs} ms ahead`, 'batch.not_after_unix_ms');
    const entries = toEntries(batch);
    if (entries instanceof MalformedBatch) return broken(entries.message, 'batch.columns');
    if (entries.byteCount > batchBytesMax) {
      return broken(`a batch of ${entries.byteCount} bytes, ${batchBytesMax} are allowed`, 'batch.byte_count');
    }
    if (lane.method === 'Insert' && entries.deleteCount > 0) {
      return broken('deletes in a lane that inserts', 'batch.deletes');
    }
    unanswered.push(entries.byteCount);
    const bytes = unanswered.reduce((sum, each) => sum + each, 0);
    if (bytes > grant.bytes) return grantExceeded(`more than the granted ${grant.bytes} bytes unanswered`);
    queue.push(entries);
    return undefined;
  }

  #halfClose(): void {
    this.#halfClosed = true;
    this.#endIfAnswered();
    if (!this.#opening) this.#finish('ended');
  }

  #endIfAnswered(): void {
    if (this.#halfClosed && this.#opened?.answers.waiting === 0) this.#finish('ended');
  }

  #refuse(failure: Failure): void {
    this.#options.events.laneRefused(this.#connector, failure);
    this.#write({ message: { $case: 'refused', value: { failure } } });
    this.#finish('ended');
  }

  /** The client broke the contract. */
  #break(breach: Breach): void {
    this.#options.events.streamRefused(this.#connector, breach.message);
    this.#finish('broken');
    this.#call.emit('error', brokenBy(breach));
  }

  /** A mistake of ours; the client takes what is unanswered for indefinite. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#options.events.streamBroke(this.#connector, error);
    this.#finish('broken');
    this.#call.emit('error', failed());
  }

  #write(response: InsertResponse): void {
    if (!this.#over && !this.#call.cancelled) this.#call.write(response);
  }

  #finish(how: 'ended' | 'cancelled' | 'broken'): void {
    if (this.#over) return;
    this.#over = how;
    if (how === 'ended') this.#call.end();
    this.#opened?.queue.end(NotAppliedReason.NOT_STARTED);
    this.#ended.resolve();
  }

  async #cleanUp({ lane, queue, grant }: Opened, identity: string): Promise<void> {
    await this.#ended.promise;
    queue.end(NotAppliedReason.NOT_STARTED);
    await queue.idle();
    this.#options.register.leave(identity, queue);
    this.#options.grants.give(grant);
    this.#options.events.laneEnded(lane, this.#over ?? 'ended');
  }
}

function toEntries(batch: EntityBatch): Entries | MalformedBatch {
  try {
    return new Entries(batch);
  } catch (error) {
    if (error instanceof MalformedBatch) return error;
    throw error;
  }
}

const busy = failureOf('lane.no_grant', {
  message: 'the inserter has no room for another stream',
  retryAfterMs: 1_000,
});
