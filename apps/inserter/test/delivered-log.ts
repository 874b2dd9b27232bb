import assert from 'node:assert/strict';
import { type EntityBatch, type Outcome, Result } from '@millrace/contracts';
import { decodeDeleteWithSdk, decodeRowsWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import type { WriteCall } from '../src/milvus-client.ts';
import { batchOf, foldOf, type LogKey, type RandomLog, randomLog } from './random-log.ts';
import { type ScriptedReply, ScriptedStripe } from './scripted-stripe.ts';

interface Delivery {
  readonly log: RandomLog;
  readonly isPartial: boolean;
  readonly serverVersion: string;
  /** Replies to the first calls; the others take effect. */
  readonly script: readonly ScriptedReply[];
  /** More rows than this in one call are refused for their size. */
  readonly rowsMax: number;
  /** How many batches are pushed at once, one time after the other. */
  readonly groups: Iterator<number>;
}

const dataError = 1100;
const tooLarge = 1102;

const anyReply: fc.Arbitrary<ScriptedReply> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'apply' } as const) },
  { weight: 2, arbitrary: fc.constantFrom(8, 9, 100, 5, dataError).map((code) => ({ kind: 'refuse', code }) as const) },
  { weight: 2, arbitrary: fc.constantFrom('lose', 'break', 'drain').map((kind) => ({ kind })) },
);

/** A log and what happens to the calls that write it. */
export const anyDelivery: fc.Arbitrary<Delivery> = fc.boolean().chain((isPartial) =>
  fc.record({
    log: randomLog(isPartial),
    isPartial: fc.constant(isPartial),
    serverVersion: fc.constant('v2.6.5'),
    script: fc.array(anyReply, { maxLength: 15 }),
    rowsMax: fc.constantFrom(1, 3, 1_000),
    groups: fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
  }),
);

/**
 * Delivers a log as a lane does, go back N: what is not APPLIED is sent again with everything behind it, on a new stream.
 * Checks on the way that effects of a key never go back in time within a stream, and that outcomes add up; in the end,
 * that the table is the fold of the log.
 */
export async function checkDelivery({
  log,
  isPartial,
  serverVersion,
  script,
  rowsMax,
  groups,
}: Delivery): Promise<void> {
  const positions = new Positions(log);
  const stripe = new ScriptedStripe({
    keyField: 'key',
    keyType: log.keyType,
    isPartial,
    serverVersion,
    replyTo: replyingBy(script, rowsMax),
    takesEffect: (call) => {
      if (!isPartial) positions.move(call);
    },
  });
  for (let next = 0; next < log.batches.length; ) {
    const left = log.batches.slice(next);
    positions.restart(left[0]?.from ?? 0);
    const outcomes = await stripe.stream(
      inGroups(
        left.map((batch) => batchOf(log, batch)),
        groups,
      ),
    );
    assert.equal(outcomes.length, left.length);
    const end = outcomes.findIndex(({ result }) => result !== Result.APPLIED);
    const applied = outcomes.slice(0, end === -1 ? outcomes.length : end);
    // What is behind the first one that is not APPLIED is not either.
    assert(outcomes.slice(applied.length).every(({ result }) => result !== Result.APPLIED));
    for (const [index, outcome] of applied.entries()) checkOutcome(outcome, log, left[index] ?? { from: 0, to: 0 });
    next += applied.length;
  }
  assert.deepEqual(plain(stripe.table), plain(foldOf(log)));
}

/** Replies by a script, except that rows are refused for what is in them, and for their data only if it is bad. */
function replyingBy(script: readonly ScriptedReply[], rowsMax: number): (call: WriteCall) => ScriptedReply {
  const replies = script[Symbol.iterator]();
  return ({ method, request }) => {
    const reply = replies.next().value ?? { kind: 'apply' };
    const isOfData = reply.kind === 'refuse' && reply.code === dataError;
    if (method === 'Delete' || reply.kind === 'break' || (reply.kind === 'refuse' && !isOfData)) return reply;
    const rows = decodeRowsWithSdk(request);
    const code = rows.some(({ bad }) => bad) ? dataError : rows.length > rowsMax ? tooLarge : undefined;
    if (code === undefined) return isOfData ? { kind: 'apply' } : reply;
    return reply.kind === 'lose' ? { kind: 'break' } : { kind: 'refuse', code };
  };
}

function checkOutcome(
  outcome: Outcome,
  { entries }: RandomLog,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const { writtenRows, deletedRows, supersededRows, rejections } = outcome;
  assert.equal(writtenRows + deletedRows + supersededRows + rejections.length, to - from);
  for (const { offset } of rejections) {
    const entry = entries[Number(offset)];
    assert(offset >= from && offset < to && entry?.isBad && !entry.isDelete, `${offset} is rejected`);
  }
}

/** Rows of the SDK's decoder have prototypes of their own. */
function plain(table: ReadonlyMap<LogKey, object>): ReadonlyMap<LogKey, object> {
  return new Map([...table].map(([key, row]) => [key, { ...row }]));
}

function inGroups(batches: readonly EntityBatch[], sizes: Iterator<number>): readonly (readonly EntityBatch[])[] {
  const left = [...batches];
  const groups: EntityBatch[][] = [];
  while (left.length > 0) groups.push(left.splice(0, sizes.next().value ?? 1));
  return groups;
}

/** Up to which offset the entries of each key have taken effect. */
class Positions {
  readonly #entries: RandomLog['entries'];
  readonly #positions = new Map<LogKey, number>();

  constructor({ entries }: RandomLog) {
    this.#entries = entries;
  }

  /** From this offset on entries may take effect again. */
  restart(offset: number): void {
    for (const [key, position] of this.#positions) this.#positions.set(key, Math.min(position, offset - 1));
  }

  move({ method, request }: WriteCall): void {
    if (method === 'Delete') {
      for (const key of decodeDeleteWithSdk(request).keys) this.#moveTo(key, this.#nextDelete(key));
    } else {
      for (const { key, a } of decodeRowsWithSdk(request)) this.#moveTo(key as LogKey, Number(a));
    }
  }

  #moveTo(key: LogKey, offset: number): void {
    assert(offset > (this.#positions.get(key) ?? -1), `${key} goes back to ${offset}`);
    this.#positions.set(key, offset);
  }

  /** The earliest delete that it can be; -1 where there is none. */
  #nextDelete(key: LogKey): number {
    const position = this.#positions.get(key) ?? -1;
    return this.#entries.findIndex((entry, offset) => offset > position && entry.isDelete && entry.key === key);
  }
}
