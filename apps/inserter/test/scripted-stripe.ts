import {
  Collection,
  type EntityBatch,
  Field,
  type FieldType,
  NotAppliedReason,
  type Outcome,
} from '@millrace/contracts';
import { MutationResult } from '@millrace/contracts/milvus';
import type { Clock } from '@millrace/delivery';
import { createLogger } from '@millrace/service';
import { applyTo, type FakeKey, type FakeRow } from '@millrace/testing';
import { CollectionGate } from '../src/collection-gate.ts';
import { Entries } from '../src/entries.ts';
import { Events } from '../src/events.ts';
import { KnownRefusals } from '../src/known-refusals.ts';
import type { MilvusClient, WriteAnswer, WriteCall } from '../src/milvus-client.ts';
import { MilvusWriter } from '../src/milvus-writer.ts';
import { StripeWriter } from '../src/stripe-writer.ts';
import { testConnection } from '../src/testing/test-connection.ts';
import { WriteQueue } from '../src/write-queue.ts';

/** What Milvus does with one call. */
export type ScriptedReply =
  | { readonly kind: 'apply' }
  | { readonly kind: 'refuse'; readonly code: number }
  /** It takes effect, and its answer is lost. */
  | { readonly kind: 'lose' }
  /** Neither effect nor answer. */
  | { readonly kind: 'break' }
  /** It takes effect, and while it runs the server is told to begin nothing more. */
  | { readonly kind: 'drain' };

export interface ScriptedStripeOptions {
  readonly keyField: string;
  readonly keyType: FieldType;
  readonly isPartial: boolean;
  readonly serverVersion: string;
  readonly replyTo: (call: WriteCall) => ScriptedReply;
  /** Called before each call that takes effect. */
  readonly takesEffect: (call: WriteCall) => void;
}

/** Lets everything run that needs no time. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const version = { collectionId: 1n, schemaTimestamp: 1n, fingerprint: 'f' };
/** Waits take no time. */
const clock: Clock = {
  now: () => Date.now(),
  after: (_, task) => {
    const immediate = setImmediate(task);
    return () => clearImmediate(immediate);
  },
};

/**
 * A stripe of the inserter from its queue down to the bytes of the calls, on a Milvus that is a table and answers by a
 * script. One session of a lane: streams come and go, the table and what is known to be refused stay.
 */
export class ScriptedStripe {
  readonly table = new Map<FakeKey, FakeRow>();
  readonly #options: ScriptedStripeOptions;
  readonly #writer: StripeWriter;
  #queue: WriteQueue | undefined;

  constructor(options: ScriptedStripeOptions) {
    this.#options = options;
    const target = { connection: testConnection(), database: '', collection: 'c', partition: '' };
    const keyField = Field.fromPartial({ name: options.keyField, typeCode: options.keyType, isPrimaryKey: true });
    const collection = Collection.fromPartial({ serverVersion: options.serverVersion });
    const described = { collection, version, keyField, identity: 'c', isSerial: false };
    this.#writer = new StripeWriter({
      clock,
      lane: {
        connector: 'c',
        topic: 't',
        partition: 0,
        stripe: 0,
        session: 's',
        target,
        method: 'Upsert',
        isPartial: options.isPartial,
        stopAtRejection: false,
        maskValues: false,
      },
      collections: { describe: async () => ({ ok: true, described }), drop: () => {} },
      writer: new MilvusWriter({
        clock,
        budgetMinMs: 1,
        withClient: (_, work) =>
          work({ write: (call) => this.#write(call) } as Pick<MilvusClient, 'write'> as MilvusClient),
      }),
      events: new Events(createLogger('inserter', 'silent')),
      known: new KnownRefusals(),
    });
  }

  /** A stream: batches are pushed in groups, between which writes go on. What became of each, in order. */
  async stream(groups: readonly (readonly EntityBatch[])[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    const failures: unknown[] = [];
    const queue = new WriteQueue({
      gate: new CollectionGate(1),
      writeBytesMax: 1_000_000,
      write: (parts, goesOn) => this.#writer.write(parts, goesOn),
      answer: (outcome) => void outcomes.push(outcome),
      failed: (error) => void failures.push(error),
    });
    this.#queue = queue;
    for (const group of groups) {
      for (const batch of group) queue.push(new Entries({ ...batch, schemaVersion: version }));
      await settled();
    }
    await queue.idle();
    for (const failure of failures) throw failure;
    return outcomes;
  }

  async #write(call: WriteCall): Promise<WriteAnswer> {
    const reply = this.#options.replyTo(call);
    if (reply.kind === 'drain') this.#queue?.end(NotAppliedReason.DRAINING);
    await settled();
    if (reply.kind === 'refuse') return answered({ status: { code: reply.code, reason: 'no' } });
    if (reply.kind !== 'break') {
      this.#options.takesEffect(call);
      applyTo(this.table, { method: call.method, bytes: call.request }, this.#options.keyField);
    }
    if (reply.kind === 'lose' || reply.kind === 'break')
      return { kind: 'failed', error: { code: 14, details: 'lost' } };
    const upsertCnt = BigInt('count' in call ? Number(call.count) : 0);
    return answered({ status: {}, upsertCnt });
  }
}

function answered(result: object): WriteAnswer {
  return { kind: 'answer', result: MutationResult.fromPartial(result) };
}
