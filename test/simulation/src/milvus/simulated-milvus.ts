import { status } from '@grpc/grpc-js';
import { MutationResult } from '@millrace/contracts/milvus';
import type { Clock } from '@millrace/delivery';
import type { WriteAnswer, WriteCall } from '@millrace/inserter/parts';
import type { Change, History, WriteEnd } from '../history.ts';
import type { Settings } from '../services/settings.ts';
import type { Random } from '../world/random.ts';
import type { SimulatedProcess } from '../world/simulated-process.ts';
import { type DecodedWrite, decodeWrite } from './write-changes.ts';

/**
 *   well      takes writes at once
 *   slow      takes about as long as the deadline allows, or longer
 *   losing    answers get lost, before or after the effect
 *   silent    never answers, and may take the write all the same
 *   busy      says "later" most of the time
 *   full      refuses by its quota
 *   away      cannot be reached
 *   erratic   any of these, write by write
 */
export const milvusStates = ['well', 'slow', 'losing', 'silent', 'busy', 'full', 'away', 'erratic'] as const;
export type MilvusState = (typeof milvusStates)[number];

export interface SimulatedMilvusOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly history: History;
  readonly settings: Pick<Settings, 'isCalm' | 'writeLatencyMaxMs' | 'stragglerShare' | 'refusalShare'>;
  /** Latest effect of a write, milliseconds after its deadline. */
  readonly lateMs: number;
  /** Whether Milvus refuses a row for its data. */
  readonly refuses: (partition: number, offset: number) => boolean;
}

/** Codes of Milvus (apps/inserter, milvus-errors.ts). */
const busyCode = 8;
const quotaCode = 9;
const schemaCode = 109;
const dataCode = 1100;

/** What becomes of one write that has arrived: when it takes effect, if it does, and when its answer goes out, if it does. */
interface Fate {
  /** Twice where an upsert, or a delete, is carried out again behind its back. */
  readonly effectsMs: readonly number[];
  readonly answer: { readonly afterMs: number; readonly how: 'as it was' | 'broken' | number } | undefined;
}

interface Arrived {
  readonly write: DecodedWrite;
  readonly number: number;
  readonly by: string;
}

/** Milvus with one collection. A write takes effect as a whole, at a time of its own: once, twice or never. */
export class SimulatedMilvus {
  state: MilvusState = 'well';
  /** Version of the collection: rows that are encoded for another one are refused. */
  schemaTimestamp = 1n;
  /** Whether it is as unreliable as the settings say also while it is well. */
  hasHiccups = true;
  readonly #options: SimulatedMilvusOptions;
  /** By key, the offset of the record that the row is of. */
  readonly #rows = new Map<number, number>();
  #writes = 0;
  /** Effects that are still to come. */
  #pending = 0;

  constructor(options: SimulatedMilvusOptions) {
    this.#options = options;
  }

  get rows(): ReadonlyMap<number, number> {
    return this.#rows;
  }

  get pendingEffects(): number {
    return this.#pending;
  }

  /** One call of an inserter, as MilvusClient makes it. */
  write(process: SimulatedProcess, call: WriteCall): Promise<WriteAnswer> {
    const { random, history } = this.#options;
    this.#writes += 1;
    const arrived: Arrived = { write: decodeWrite(call), number: this.#writes, by: process.name };
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (answer: WriteAnswer, end: WriteEnd) => {
        if (isSettled) return;
        isSettled = true;
        history.add({ kind: 'answer', write: arrived.number, by: process.name, end });
        resolve(answer);
      };
      const state = this.#stateNow();
      if (state === 'away') {
        process.after(random.int(0, 2_000), () => settle({ kind: 'not connected' }, 'definite'));
        return;
      }
      const leftMs = call.notAfterMs - process.now();
      process.after(leftMs, () => settle(failed(status.DEADLINE_EXCEEDED), 'indefinite'));
      if (leftMs > 0) this.#meet(arrived, this.#fateOf(state, leftMs, call.method), process, settle);
    });
  }

  #meet(
    arrived: Arrived,
    fate: Fate,
    process: SimulatedProcess,
    settle: (answer: WriteAnswer, end: WriteEnd) => void,
  ): void {
    const { clock } = this.#options;
    let refusedWith: number | undefined;
    for (const effectMs of fate.effectsMs) {
      this.#pending += 1;
      clock.after(effectMs, () => {
        this.#pending -= 1;
        refusedWith = this.#refusalOf(arrived.write);
        if (refusedWith === undefined) this.#apply(arrived);
      });
    }
    if (!fate.answer) return;
    const { afterMs, how } = fate.answer;
    clock.after(afterMs, () =>
      process.run(() => {
        const code = how === 'as it was' ? refusedWith : how;
        if (code === 'broken') settle(failed(status.UNAVAILABLE), 'indefinite');
        else if (code !== undefined) settle({ kind: 'answer', result: refusal(code) }, 'definite');
        else settle({ kind: 'answer', result: success(arrived.write) }, 'done');
      }),
    );
  }

  #stateNow(): Exclude<MilvusState, 'erratic'> {
    if (this.state !== 'erratic') return this.state;
    return this.#options.random.pick(['well', 'well', 'well', 'slow', 'losing', 'silent', 'busy', 'full', 'away']);
  }

  #fateOf(state: Exclude<MilvusState, 'erratic' | 'away'>, leftMs: number, method: WriteCall['method']): Fate {
    const { random, lateMs, settings } = this.#options;
    const anyTime = () => random.int(0, leftMs + lateMs);
    // Only where nobody is told that it is done: after that no write may come back.
    const onceOrTwice = (first: number) =>
      method !== 'Insert' && random.chance(0.3) ? [first, Math.max(first, anyTime())] : [first];
    const well = (): Fate => {
      if (this.hasHiccups && random.chance(settings.stragglerShare)) {
        return { effectsMs: onceOrTwice(anyTime()), answer: undefined };
      }
      if (this.hasHiccups && random.chance(settings.refusalShare)) return refused(random.pick([busyCode, quotaCode]));
      const effectMs =
        settings.isCalm || random.chance(0.97) ? random.int(1, settings.writeLatencyMaxMs) : random.int(30, 1_500);
      return {
        effectsMs: [Math.min(effectMs, leftMs + lateMs)],
        answer: { afterMs: effectMs + random.int(0, 10), how: 'as it was' },
      };
    };
    const fates: Record<typeof state, () => Fate> = {
      well,
      slow: () => {
        const effectMs = random.int(Math.floor(leftMs / 4), leftMs + lateMs);
        return { effectsMs: [effectMs], answer: { afterMs: effectMs + random.int(1, 500), how: 'as it was' } };
      },
      losing: () => {
        if (random.chance(0.4)) return well();
        const isSoon = random.chance(0.5);
        const effectsMs = random.chance(0.2) ? [] : onceOrTwice(isSoon ? random.int(1, 50) : anyTime());
        return { effectsMs, answer: { afterMs: random.int(1, leftMs), how: 'broken' } };
      },
      silent: () => ({ effectsMs: random.chance(0.5) ? onceOrTwice(anyTime()) : [], answer: undefined }),
      busy: () => (random.chance(0.3) ? well() : refused(busyCode)),
      full: () => refused(quotaCode),
    };
    const refused = (how: number): Fate => ({ effectsMs: [], answer: { afterMs: random.int(1, 30), how } });
    return fates[state]();
  }

  #refusalOf({ method, changes, schemaTimestamp }: DecodedWrite): number | undefined {
    if (method === 'Delete') return undefined;
    if (schemaTimestamp !== this.schemaTimestamp) return schemaCode;
    const { refuses } = this.#options;
    return changes.some(({ partition, offset }) => offset !== undefined && refuses(partition, offset))
      ? dataCode
      : undefined;
  }

  #apply({ write, number, by }: Arrived): void {
    // A server that takes a key twice in one upsert does not say which of its rows stands in the end.
    const hasTwins =
      write.method === 'Upsert' && new Set(write.changes.map(({ key }) => key)).size < write.changes.length;
    const changes = hasTwins ? this.#shuffled(write.changes) : write.changes;
    for (const { key, offset } of changes) {
      if (offset === undefined) this.#rows.delete(key);
      else this.#rows.set(key, offset);
    }
    this.#options.history.add({ kind: 'effect', write: number, by, changes });
  }

  #shuffled(changes: readonly Change[]): readonly Change[] {
    const { random } = this.#options;
    return changes
      .map((change) => ({ change, place: random.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ change }) => change);
  }
}

function failed(code: status): WriteAnswer {
  return { kind: 'failed', error: { code, details: status[code] ?? '' } };
}

function refusal(code: number): MutationResult {
  const reason = code === dataCode ? 'the row does not fit' : 'not now';
  return MutationResult.fromPartial({ status: { code, reason } });
}

function success({ method, changes }: DecodedWrite): MutationResult {
  const count = BigInt(changes.length);
  const counts = { Upsert: { upsertCnt: count }, Insert: { insertCnt: count }, Delete: { deleteCnt: count } };
  return MutationResult.fromPartial({ status: {}, ...counts[method] });
}
