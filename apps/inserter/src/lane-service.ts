import type { DescribeCollectionRequest, DescribeCollectionResponse, InserterServer } from '@millrace/contracts';
import { type InsertCall, LaneStream, type LaneStreamOptions } from './lane-stream.ts';
import { failed } from './stream-ends.ts';

/** The Inserter service of inserter.proto: its open streams, oldest first. */
export class LaneService {
  readonly #options: LaneStreamOptions;
  readonly #streams = new Set<LaneStream>();
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
    const stream = new LaneStream(call, this.#options);
    this.#streams.add(stream);
    if (this.#stopping) stream.drain('the inserter is stopping');
    void stream.over.then(() => this.#streams.delete(stream));
  }

  /** Asks the stream that is open longest, and was not asked yet, to go elsewhere. */
  drainLongest(): void {
    for (const stream of this.#streams) {
      if (!stream.isOpen || stream.isDraining) continue;
      stream.drain('another lane waits for its share');
      return;
    }
  }

  /** Asks all streams to go elsewhere; what they have sent is still written. */
  drainAll(): number {
    this.#stopping = true;
    for (const stream of this.#streams) stream.drain('the inserter is stopping');
    return this.#streams.size;
  }

  /** No new write begins on any stream. */
  beginNothing(): void {
    for (const stream of this.#streams) stream.beginNothing();
  }

  get streams(): number {
    return this.#streams.size;
  }
}
