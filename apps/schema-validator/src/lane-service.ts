import type { SchemaValidatorServer } from '@millrace/contracts';
import { type LaneContext, LaneStream, type ValidateCall } from './lane-stream.ts';

/** Within this all lanes are opened anew, milliseconds. */
const rotationMs = 1_000;

/** The SchemaValidator service: all Validate streams of this process. */
export class LaneService {
  readonly #context: LaneContext;
  readonly #streams = new Set<LaneStream>();
  #whenIdle: (() => void) | undefined;
  #drainReason: string | undefined;

  constructor(context: LaneContext) {
    this.#context = context;
  }

  /** As grpc-js wants it. */
  get handlers(): Pick<SchemaValidatorServer, 'validate'> {
    return { validate: (call) => this.validate(call) };
  }

  validate(call: ValidateCall): void {
    const stream: LaneStream = new LaneStream(call, this.#context, () => this.#ended(stream));
    this.#streams.add(stream);
    if (this.#drainReason !== undefined) stream.drain(this.#drainReason);
  }

  get openStreams(): number {
    return this.#streams.size;
  }

  /** Inserters have come: lanes are opened anew, one after the other, as long as that spreads them better. */
  rotate(): void {
    const { clock } = this.#context;
    const streams = [...this.#streams];
    for (const [index, stream] of streams.entries()) {
      clock.after((index * rotationMs) / streams.length, () => stream.rotate());
    }
  }

  /**
   * Asks all clients to finish, and new ones to go elsewhere; resolves when every stream has ended. What is not begun
   * after `patienceMs` is answered NOT_APPLIED (DRAINING).
   */
  async drain(reason: string, patienceMs: number): Promise<void> {
    this.#drainReason = reason;
    for (const stream of this.#streams) stream.drain(reason);
    if (this.#streams.size === 0) return;
    const cancel = this.#context.clock.after(patienceMs, () => {
      for (const stream of this.#streams) stream.stopStarting();
    });
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
    cancel();
  }

  #ended(stream: LaneStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#whenIdle?.();
  }
}
