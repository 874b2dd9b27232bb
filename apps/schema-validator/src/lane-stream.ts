import { type StatusObject, status } from '@grpc/grpc-js';
import {
  type Failure,
  LaneOpened,
  NotAppliedReason,
  type OpenLane,
  type RecordBatch,
  Result,
  type Target,
  type ValidateRequest,
  type ValidateResponse,
} from '@millrace/contracts';
import type { Cancel, Clock, Grant } from '@millrace/delivery';
import type { ServerCall } from '@millrace/service';
import type { Events, LaneEvents } from './events.ts';
import { failure } from './failures.ts';
import type { Drainable, Grants } from './grants.ts';
import { GrantExceeded, Lane } from './lane.ts';
import { openStripes } from './open-stripes.ts';
import { withoutValues } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { type LanePlan, planLane } from './plan-lane.ts';
import { ContractError } from './record-batch.ts';
import type { SchemaCache } from './schema-cache.ts';
import { checkOptions } from './shape/check-options.ts';
import { brokenBy, failed } from './stream-ends.ts';
import { shareOf } from './stripe-share.ts';
import type { InserterCalls } from './stripe-stream.ts';
import { Stripes } from './stripes.ts';

export type ValidateCall = ServerCall<ValidateRequest, ValidateResponse>;

export interface LaneLimits {
  readonly recordBytesMax: number;
  readonly recordDepthMax: number;
  readonly recordKeysMax: number;
  readonly violationsMax: number;
  readonly batchBytesMax: number;
  readonly inserterTimeoutMs: number;
  /** Most inserters that share the records of one lane. */
  readonly stripesMax: number;
}

/** What all lanes of the server share. */
export interface LaneContext {
  readonly clock: Clock;
  readonly instanceId: string;
  readonly schemas: SchemaCache;
  readonly inserter: InserterCalls;
  readonly grants: Grants;
  readonly limits: LaneLimits;
  readonly events: Events;
}

/** Shortest stay of a lane that others wait for. */
const turnMs = 2_000;

/** One Validate stream from its OpenLane to its end. */
export class LaneStream implements Drainable {
  readonly #call: ValidateCall;
  readonly #context: LaneContext;
  readonly #onOver: () => void;
  #events: LaneEvents | undefined;
  #target: Target | undefined;
  #lane: Lane | undefined;
  #stripes: Stripes | undefined;
  #isHalfClosed = false;
  #isDraining = false;
  #openedAtMs = 0;
  #roomWantedFor: string | undefined;
  #cancelTurn: Cancel = () => {};
  #isOver = false;

  /** `onOver` is called once, when nothing of the stream is left. */
  constructor(call: ValidateCall, context: LaneContext, onOver: () => void) {
    this.#call = call;
    this.#context = context;
    this.#onOver = onOver;
    call.on('data', (request) => this.#receive(request));
    call.on('end', () => this.#halfClosed());
    call.on('cancelled', () => this.#abandon());
    call.on('error', () => this.#abandon());
  }

  /** Asks the client to finish and to open the lane again elsewhere. */
  drain(reason: string): void {
    if (this.#isDraining || this.#isOver) return;
    this.#isDraining = true;
    if (this.#lane) this.#sendDrain(reason);
    else this.#endWith({ code: status.UNAVAILABLE, details: reason });
  }

  /**
   * Drains once its turn is over, which begins when it is open: where lanes are more than there is room for, each gets on
   * in its turn. Were it turned away at once, lanes could turn away each other and none get on.
   */
  makeRoom(reason: string): void {
    this.#roomWantedFor ??= reason;
    this.#endTurn();
  }

  #endTurn(): void {
    const reason = this.#roomWantedFor;
    if (reason === undefined || !this.#lane) return;
    const { clock } = this.#context;
    this.#cancelTurn = clock.after(this.#openedAtMs + turnMs - clock.now(), () => this.drain(reason));
  }

  /** Asks the client to open the lane again if it would be spread over the inserters better then. */
  rotate(): void {
    const { inserter, limits } = this.#context;
    if (!this.#stripes) return;
    const isNarrow = this.#stripes.count < Math.min(inserter.width, limits.stripesMax);
    if (isNarrow || inserter.isUneven) this.drain('inserters have come');
  }

  /** Answers the batches that are not begun yet NOT_APPLIED. */
  stopStarting(): void {
    this.#lane?.stopStarting();
  }

  #sendDrain(reason: string): void {
    this.#events?.drained(reason);
    this.#call.write({ message: { $case: 'drain', value: { reason } } });
  }

  #receive({ message }: ValidateRequest): void {
    if (this.#isOver) return;
    try {
      if (message?.$case === 'open') this.#startOpening(message.value);
      else if (message?.$case === 'batch') this.#accept(message.value);
      else throw new ContractError('a message that is neither open nor batch');
    } catch (error) {
      if (error instanceof GrantExceeded || error instanceof ContractError) this.#breakOff(error);
      else this.#fail(error);
    }
  }

  #startOpening(open: OpenLane): void {
    if (this.#events) throw new ContractError('a second OpenLane');
    if (!open.target?.collection) throw new ContractError('OpenLane names no collection', 'open.target.collection');
    checkOptions(open);
    this.#events = this.#context.events.lane(open);
    this.#target = open.target;
    this.#open(open, open.target, this.#events).catch((error) => this.#fail(error));
  }

  #accept(batch: RecordBatch): void {
    if (!this.#lane) throw new ContractError('a batch before LaneOpened');
    this.#lane.accept(batch);
  }

  async #open(open: OpenLane, target: Target, events: LaneEvents): Promise<void> {
    const { clock, schemas, grants, inserter, limits } = this.#context;
    const description = await schemas.get(target);
    if (this.#isOver) return;
    if ('failure' in description) return this.#refuse(description.failure);
    const { collection } = description;
    const planning = planLane(open, collection, limits);
    if ('failure' in planning) {
      schemas.expire(target);
      return this.#refuse(planning.failure);
    }
    const { lane } = planning;
    const grant = await grants.take(this);
    if (this.#isOver) return;
    if (!grant) return this.#refuse(failure('V105', 'too many lanes wait for room on this schema-validator'));
    const timeout = { clock, timeoutMs: limits.inserterTimeoutMs };
    const count = Math.min(inserter.width, limits.stripesMax);
    const opening = await openStripes(inserter, stripeOpen(open, lane.plan, clock.now()), count, timeout, {
      drain: (reason) => this.drain(reason),
      lost: (why) => this.drain(why),
    });
    if ('failure' in opening) {
      schemas.expire(target);
      return this.#refuse(opening.failure);
    }
    const stripes = new Stripes(opening.streams, lane.plan.insertMode);
    if (this.#isOver) return stripes.cancel();
    this.#begin(open, lane, grant, stripes, events);
  }

  #begin(
    open: OpenLane,
    { plan, needs, reader, newEncoder }: LanePlan,
    grant: Grant,
    stripes: Stripes,
    events: LaneEvents,
  ): void {
    const { clock, limits } = this.#context;
    this.#stripes = stripes;
    this.#lane = new Lane({
      needs,
      reader,
      share: shareOf(plan, newEncoder, stripes.count),
      check: {
        partBytesMax: stripes.partBytesMax,
        violationsMax: limits.violationsMax,
        version: plan.version,
        stopAtRejection: open.writeOptions?.stopAtRejection ?? false,
        clock,
      },
      stripes,
      grant,
      events,
      answer: (outcome) => {
        const isStale = outcome.result === Result.NOT_APPLIED && outcome.reason === NotAppliedReason.SCHEMA_CHANGED;
        if (isStale && this.#target) this.#context.schemas.expire(this.#target);
        const value = open.recordOptions?.maskValues ? withoutValues(outcome) : outcome;
        if (!this.#isOver) this.#call.write({ message: { $case: 'outcome', value } });
      },
      fail: (error) => this.#fail(error),
    });
    events.opened(grant, stripes.count);
    const opened = LaneOpened.create({
      instanceId: this.#context.instanceId,
      serverTimeUnixMs: BigInt(clock.now()),
      grantBatches: grant.batches,
      grantBytes: BigInt(grant.bytes),
      batchBytesMax: BigInt(limits.batchBytesMax),
      insertMode: plan.insertMode,
    });
    this.#call.write({ message: { $case: 'opened', value: opened } });
    this.#openedAtMs = clock.now();
    this.#endTurn();
    if (this.#isHalfClosed) this.#finish();
  }

  #refuse(reason: Failure): void {
    if (this.#isOver) return;
    this.#events?.refused(reason);
    this.#call.write({ message: { $case: 'refused', value: { failure: reason } } });
    this.#call.end();
    this.#over();
  }

  #halfClosed(): void {
    this.#isHalfClosed = true;
    if (this.#lane) this.#finish();
    else if (!this.#events && !this.#isOver) this.#breakOff(new ContractError('the stream ended without OpenLane'));
  }

  /** Answers everything, then ends with OK. */
  #finish(): void {
    this.#lane?.whenAnswered(() => {
      if (this.#isOver) return;
      this.#stripes?.end();
      this.#events?.ended('finished');
      this.#call.end();
      this.#over();
    });
  }

  #breakOff(error: ContractError | GrantExceeded): void {
    this.#events?.contractBroken(error);
    this.#endWith(brokenBy(error));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#events?.failed(error);
    this.#endWith(failed());
  }

  #endWith(end: Pick<StatusObject, 'code' | 'details'>): void {
    this.#lane?.abandon();
    this.#over();
    this.#call.emit('error', end);
  }

  #abandon(): void {
    if (this.#isOver) return;
    this.#lane?.abandon();
    this.#events?.ended('abandoned');
    this.#over();
  }

  #over(): void {
    this.#isOver = true;
    this.#cancelTurn();
    this.#context.grants.release(this);
    this.#onOver();
  }
}

/** The lane as its stripes open it, with the insert mode decided. */
function stripeOpen(open: OpenLane, plan: Plan, nowMs: number): OpenLane {
  const stopAtRejection = open.writeOptions?.stopAtRejection ?? false;
  return {
    ...open,
    writeOptions: { insertMode: plan.insertMode, stopAtRejection },
    clientTimeUnixMs: BigInt(nowMs),
  };
}
