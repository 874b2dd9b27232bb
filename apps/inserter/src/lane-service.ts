import { status } from '@grpc/grpc-js';
import type { DescribeCollectionRequest, DescribeCollectionResponse, InserterServer } from '@millrace/contracts';
import { type InsertCall, LaneStream, type LaneStreamOptions } from './lane-stream.ts';
import { failed } from './stream-ends.ts';

/** The Inserter service of inserter.proto: its open streams, oldest first. */
export class LaneService {
  readonly #options: LaneStreamOptions;
  readonly #streams = new Set<LaneStream>();
  readonly #drained = Promise.withResolvers<void>();
  #stopping = false;

  constructor(options: LaneStreamOptions) {
    this.#options = options;
  }

  /** As grpc-js wants it. */
  get implementation(): InserterServer {
    return {
      insert: (call) => this.insert(call),
      describeCollection: ({ request }, callback) => {
        this.describe(request).then(
          (response) => callback(null, response),
          (error: unknown) => {
            this.#options.events.callBroke(error);
            callback(failed());
          },
        );
      },
    };
  }

  async describe({ target, refresh }: DescribeCollectionRequest): Promise<DescribeCollectionResponse> {
    const { targets, collections } = this.#options;
    const resolved = targets.resolve(target);
    if ('code' in resolved) return { result: { $case: 'failure', value: resolved } };
    const description = await collections.describe(resolved, refresh);
    return description.ok
      ? { result: { $case: 'collection', value: description.described.collection } }
      : { result: { $case: 'failure', value: description.failure } };
  }

  insert(call: InsertCall): void {
    if (this.#stopping) {
      call.emit('error', { code: status.UNAVAILABLE, details: 'the inserter is stopping' });
      return;
    }
    const stream = new LaneStream(call, this.#options);
    this.#streams.add(stream);
    void stream.over.then(() => {
      this.#streams.delete(stream);
      if (this.#stopping && this.#streams.size === 0) this.#drained.resolve();
    });
  }

  /** Asks the stream that is open longest, and was not asked yet, to go elsewhere. */
  drainLongest(): void {
    for (const stream of this.#streams) {
      if (!stream.isOpen || stream.isDraining) continue;
      stream.drain('another lane waits for its share');
      return;
    }
  }

  /** Asks all streams to go elsewhere, and takes no new ones; what they have sent is still written. Settles when all have ended. */
  async drainAll(): Promise<void> {
    this.#stopping = true;
    this.#options.events.draining(this.#streams.size);
    for (const stream of this.#streams) stream.drain('the inserter is stopping');
    if (this.#streams.size > 0) await this.#drained.promise;
  }

  /** No new write begins on any stream. */
  beginNothing(): void {
    for (const stream of this.#streams) stream.beginNothing();
  }

  get streams(): number {
    return this.#streams.size;
  }
}
