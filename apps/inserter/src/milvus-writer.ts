import type { MutationResult } from '@millrace/contracts/milvus';
import { Backoff, type Clock } from '@millrace/delivery';
import type { MilvusClient, WriteAnswer, WriteCall, WriteMethod } from './milvus-client.ts';
import {
  classifyGrpc,
  classifyStatus,
  contradiction,
  notConnected,
  notImplemented,
  type Refusal,
} from './milvus-errors.ts';
import { refusalRules } from './refusal-classes.ts';
import type { Connection } from './targets.ts';

export interface Write extends WriteCall {
  readonly connection: Connection;
  /** Rows or keys that the request holds. */
  readonly count: number;
}

export type WriteResult =
  /** Milvus has acknowledged every row, or the delete. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** not_after is too near; no call was made. */
  | { readonly kind: 'expired' }
  /** Whoever asked for the write does not want it any more; no call was made. */
  | { readonly kind: 'given up' };

/** What the asker of a write wants to know and decide while it runs. */
export interface WriteWatch {
  /** Asked before each call. */
  goesOn(): boolean;
  /** A call has ended; `refusal` is undefined where Milvus has acknowledged it. */
  called(durationMs: number, refusal: Refusal | undefined): void;
  /** Milvus said "later"; the write is tried again. */
  retried(refusal: Refusal, delayMs: number): void;
}

export interface WriterOptions {
  readonly clock: Clock;
  /** Runs work with a connection that nobody else uses meanwhile. */
  readonly withClient: (
    connection: Connection,
    work: (client: Pick<MilvusClient, 'write'>) => Promise<WriteAnswer>,
  ) => Promise<WriteAnswer>;
  /** No call begins with less time than this left before not_after. */
  readonly budgetMinMs: number;
}

/**
 * Makes one write of Milvus and checks every answer: gRPC status, Milvus's status, counts. It is the one place where a
 * write is tried again, and only after a definite status that says "later", inside not_after.
 */
export class MilvusWriter {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async write(write: Write, watch: WriteWatch): Promise<WriteResult> {
    const { clock, budgetMinMs, withClient } = this.#options;
    const backoff = new Backoff({ minMs: 100, maxMs: 5_000 });
    for (;;) {
      if (!watch.goesOn()) return { kind: 'given up' };
      if (clock.now() > write.notAfterMs - budgetMinMs) return { kind: 'expired' };
      const beganMs = performance.now();
      const refusal = judge(write, await withClient(write.connection, (client) => client.write(write)));
      watch.called(performance.now() - beganMs, refusal);
      if (!refusal) return { kind: 'done' };
      if (!refusalRules[refusal.class].isRetriedInPlace || !refusal.isMilvusStatus) return { kind: 'refused', refusal };
      const delayMs = backoff.next();
      if (clock.now() + delayMs > write.notAfterMs - budgetMinMs) return { kind: 'refused', refusal };
      watch.retried(refusal, delayMs);
      await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    }
  }
}

/** What is wrong with an answer; undefined where the call has its whole effect. */
function judge(write: Write, answer: WriteAnswer): (Refusal & { readonly isMilvusStatus?: boolean }) | undefined {
  const address = write.connection.endpoint.url;
  if (answer.kind === 'not connected') return notConnected(address);
  if (answer.kind === 'failed') return classifyGrpc(answer.error, address);
  const { result } = answer;
  // Servers and proxies that do not know a call may answer it with an empty message.
  if (!result.status) return { class: 'operator', failure: notImplemented(address) };
  if (result.status.code !== 0 || result.status.errorCode !== 0) {
    return { ...classifyStatus(result.status), isMilvusStatus: true };
  }
  if (result.errIndex.length > 0)
    return contradiction(`${result.errIndex.length} rows failed, yet the status is success`);
  const count = acknowledged[write.method](result);
  return count === undefined || count === BigInt(write.count)
    ? undefined
    : contradiction(`${count} of ${write.count} rows are acknowledged`);
}

/** A delete counts keys on some servers and rows that were there on others, so only its status says that it is done. */
const acknowledged: Record<WriteMethod, (result: MutationResult) => bigint | undefined> = {
  Upsert: ({ upsertCnt }) => upsertCnt,
  Insert: ({ insertCnt }) => insertCnt,
  Delete: () => undefined,
};
