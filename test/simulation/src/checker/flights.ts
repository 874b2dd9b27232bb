import type { Happening } from '../history.ts';

type Sending = Extract<Happening, { kind: 'sent' }>;

/** Batches that were sent and whose outcome nobody knows yet, by partition. */
export class Flights {
  readonly #flying = new Map<number, Sending[]>();

  /** Those that nobody has learned the outcome of, landed or not. */
  get count(): number {
    return [...this.#flying.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Enters a batch. Returns one of another stream that may still land. */
  sent(sending: Sending): Sending | undefined {
    const { partition, stream, atMs } = sending;
    const flying = (this.#flying.get(partition) ?? []).filter(({ landsUntilMs }) => landsUntilMs > atMs);
    this.#flying.set(partition, [...flying, sending]);
    return flying.find((other) => other.stream !== stream);
  }

  /** A batch that may still land and expires later than that. */
  beyond(partition: number, atMs: number, untilMs: number): Sending | undefined {
    const flying = this.#flying.get(partition) ?? [];
    return flying.find(({ landsUntilMs, notAfterMs }) => landsUntilMs > atMs && notAfterMs > untilMs);
  }

  /** The oldest batch of a stream has landed, or never will. */
  answered(partition: number, stream: number): void {
    const flying = this.#flying.get(partition) ?? [];
    const oldest = flying.findIndex((sending) => sending.stream === stream);
    if (oldest >= 0) flying.splice(oldest, 1);
  }
}
