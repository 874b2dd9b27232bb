import { type Failure, FailureClass } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import { CollectionGate } from './collection-gate.ts';
import type { WriteQueue } from './write-queue.ts';

interface Entry {
  readonly gate: CollectionGate;
  readonly queues: Set<WriteQueue>;
  lastFailure?: { readonly atMs: number; readonly failure: Failure };
}

/** What is under way for one collection. */
export interface CollectionUse {
  readonly endpoint: string;
  readonly database: string;
  readonly collection: string;
  readonly streams: number;
  readonly writesInFlight: number;
  readonly writesMax: number;
  readonly writesWaiting: number;
  readonly batchesQueued: number;
  readonly lastFailure?: unknown;
}

const collectionsMax = 1_000;

/** What is under way for each collection: the gate that its writes pass, and what the status shows. */
export class CollectionRegister {
  readonly #clock: Clock;
  readonly #writesMax: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, writesMax: number) {
    this.#clock = clock;
    this.#writesMax = writesMax;
  }

  /** The gate of a collection; a server that cannot bear two writes at once gets one. */
  gate(identity: string, isSerial: boolean): CollectionGate {
    const { gate } = this.#entry(identity);
    gate.limit = isSerial ? 1 : this.#writesMax;
    return gate;
  }

  enter(identity: string, queue: WriteQueue): void {
    this.#entry(identity).queues.add(queue);
  }

  leave(identity: string, queue: WriteQueue): void {
    this.#entries.get(identity)?.queues.delete(queue);
  }

  failed(identity: string, failure: Failure): void {
    this.#entry(identity).lastFailure = { atMs: this.#clock.now(), failure };
  }

  status(): readonly CollectionUse[] {
    return [...this.#entries].map(([identity, { gate, queues, lastFailure }]) => {
      const [endpoint = '', database = '', collection = ''] = identity.split('\n');
      return {
        endpoint,
        database,
        collection,
        streams: queues.size,
        writesInFlight: gate.running,
        writesMax: gate.limit,
        writesWaiting: gate.waiting,
        batchesQueued: [...queues].reduce((sum, queue) => sum + queue.queued, 0),
        ...(lastFailure && { lastFailure: shown(lastFailure.failure, lastFailure.atMs) }),
      };
    });
  }

  #entry(identity: string): Entry {
    const known = this.#entries.get(identity);
    if (known) return known;
    const entry: Entry = { gate: new CollectionGate(this.#writesMax), queues: new Set() };
    this.#entries.set(identity, entry);
    for (const [other, { queues, gate }] of this.#entries) {
      if (this.#entries.size <= collectionsMax) break;
      if (queues.size === 0 && gate.running === 0 && other !== identity) this.#entries.delete(other);
    }
    return entry;
  }
}

function shown({ class: failureClass, code, message, hint, milvusCode }: Failure, atMs: number) {
  return {
    at: new Date(atMs).toISOString(),
    class: failureClass === FailureClass.OPERATOR ? 'OPERATOR' : 'LATER',
    code,
    message,
    hint,
    milvusCode,
  };
}
