import type { EntityBatch, InsertMode } from '@millrace/contracts';
import { type Joined, joinOutcomes, type WrittenPart } from './join-outcomes.ts';
import type { StripeStream } from './stripe-stream.ts';

/** Rows and deletes of one batch that go to one stripe. */
export interface StripePart {
  /** From 0. */
  readonly stripe: number;
  readonly part: EntityBatch;
}

/** The streams of a lane's stripes: parts go out over them, and their outcomes come back as one per batch. */
export class Stripes {
  readonly #streams: readonly StripeStream[];
  readonly #insertMode: InsertMode;

  constructor(streams: readonly StripeStream[], insertMode: InsertMode) {
    this.#streams = streams;
    this.#insertMode = insertMode;
  }

  get count(): number {
    return this.#streams.length;
  }

  /** Largest part that every inserter accepts, in bytes of its byte_count. */
  get partBytesMax(): number {
    return Math.min(...this.#streams.map(({ batchBytesMax }) => batchBytesMax));
  }

  /** Writes the parts of one batch, which are in offset order within each stripe; never rejects. */
  async write(parts: readonly StripePart[]): Promise<Joined> {
    const written = parts.map(async ({ stripe, part }): Promise<WrittenPart> => {
      const stream = this.#streams[stripe];
      if (!stream) throw new Error(`there is no stripe ${stripe}`);
      return { stripe, part, outcome: await stream.send(part) };
    });
    return joinOutcomes(await Promise.all(written), this.#insertMode);
  }

  stopSending(): void {
    for (const stream of this.#streams) stream.stopSending();
  }

  end(): void {
    for (const stream of this.#streams) stream.end();
  }

  cancel(): void {
    for (const stream of this.#streams) stream.cancel();
  }
}
