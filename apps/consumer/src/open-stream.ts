import { type LaneOpened, type Outcome, Result } from '@millrace/contracts';
import { SendWindow, type WindowLimits } from '@millrace/delivery';
import type { LaneProblem } from './lane-problem.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import type { LaneStream } from './validator-client.ts';

/** What a lane knows of the stream that it has open. */
export class OpenStream {
  readonly #limits: WindowLimits;
  stream: LaneStream | undefined;
  window: SendWindow<OutgoingBatch> | undefined;
  /** Largest batch that the server takes. */
  batchBytesMax = 0;
  /** Nothing more is sent: half-closed or cancelled. */
  ending = false;
  /** The lane goes on over another stream, because the server asks for it or it spreads lanes better. */
  isRotating = false;
  /** Why it ended, where the server or the connection said so. */
  problem: LaneProblem | undefined;
  /** Earliest sensible next try, as the server said; 0 where it did not. */
  retryAfterMs = 0;
  /** At least one batch was answered: the server serves the lane. */
  served = false;
  /** The first outcome that was not APPLIED has come: later ones settle nothing. */
  failed = false;
  /** Something sent on this stream may yet take effect. */
  indefinite = false;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  opened(message: LaneOpened): void {
    const batches = Math.max(1, Math.min(this.#limits.batches, message.grantBatches));
    const bytes = Math.min(this.#limits.bytes, Number(message.grantBytes));
    this.window = new SendWindow({ batches, bytes });
    this.batchBytesMax = Number(message.batchBytesMax);
  }

  /** Matches an outcome with its batch. Undefined: the answer is out of turn, and the stream is not to be trusted. */
  answered(outcome: Outcome): OutgoingBatch | undefined {
    const batch = this.window?.answer(outcome.sequence);
    this.served = true;
    if (outcome.result !== Result.APPLIED && outcome.result !== Result.NOT_APPLIED) this.indefinite = true;
    return batch;
  }

  get unanswered(): number {
    return this.window?.unanswered.length ?? 0;
  }

  /** When everything sent on the stream has expired; 0 when nothing of it can still take effect. */
  get quietFromMs(): number {
    const open = this.indefinite || this.unanswered > 0;
    return open ? (this.window?.latestNotAfterMs ?? 0) : 0;
  }

  halfClose(): void {
    if (this.ending) return;
    this.ending = true;
    this.stream?.halfClose();
  }

  /** Ends the stream at once; what is unanswered is indefinite. */
  cancel(): void {
    this.ending = true;
    this.stream?.cancel();
  }
}
