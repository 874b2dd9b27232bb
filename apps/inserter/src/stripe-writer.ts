import type { Outcome } from '@millrace/contracts';
import type { Clock } from '@millrace/delivery';
import { type Applied, applyEntries } from './bisect.ts';
import type { Collections } from './collections.ts';
import type { Entries } from './entries.ts';
import type { Events, WriteEvents } from './events.ts';
import { failureOf } from './failures.ts';
import type { KnownRefusals } from './known-refusals.ts';
import type { Lane } from './lane.ts';
import { MergedEntries, type Selection } from './merge.ts';
import { type Refusal, withoutWords } from './milvus-errors.ts';
import type { MilvusWriter, WriteResult } from './milvus-writer.ts';
import { toOutcomes } from './outcomes.ts';
import { refusalRules } from './refusal-classes.ts';
import { type MethodCall, toCalls } from './write-calls.ts';
import { blockedBy, isSameVersion, planWrite, schemaChanged, versionOf } from './write-plan.ts';

export interface StripeWriterOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly lane: Lane;
  readonly collections: Pick<Collections, 'describe' | 'drop'>;
  readonly writer: Pick<MilvusWriter, 'write'>;
  readonly events: Events;
  readonly known: KnownRefusals;
}

type Refused = WriteResult & { readonly kind: 'refused' };

/** One write under way: what it holds, and who wants to know of it. */
interface Writing {
  readonly merged: MergedEntries;
  readonly goesOn: () => boolean;
  readonly told: WriteEvents;
  /** What the calls of Milvus have taken so far. */
  milvusMs: number;
}

/** Turns batches of one stripe into one write of Milvus, and its result into their outcomes. */
export class StripeWriter {
  readonly #options: StripeWriterOptions;

  constructor(options: StripeWriterOptions) {
    this.#options = options;
  }

  async write(parts: readonly Entries[], goesOn: () => boolean): Promise<readonly Outcome[]> {
    const { lane, events, clock } = this.#options;
    const known = parts.map((part) => this.#options.known.of(lane.session, part));
    const merged = new MergedEntries(parts, known);
    const options = {
      stopAtRejection: lane.stopAtRejection,
      listsWritten: lane.method === 'Insert',
      keyField: undefined,
    };
    if (merged.count === 0) return toOutcomes(merged, await applyEntries(merged, nothingToWrite), options);
    const told = events.writeStarted(lane, parts);
    const writing = { merged, goesOn, told, milvusMs: 0 };
    const beganMs = clock.now();
    try {
      const described = await this.#options.collections.describe(lane.target);
      const keyField = described.ok ? described.described.keyField.name : undefined;
      const applied = await this.#apply(writing, keyField, known);
      const timing = { checkMs: 0, writeMs: sinceMs(clock, beganMs), milvusMs: writing.milvusMs };
      const outcomes = toOutcomes(merged, applied, { ...options, keyField }).map((outcome) => ({ ...outcome, timing }));
      told.ended(outcomes);
      return outcomes;
    } catch (error) {
      told.broke(error);
      throw error;
    }
  }

  async #apply(
    writing: Writing,
    keyField: string | undefined,
    known: readonly ReadonlyMap<number, Refusal>[],
  ): Promise<Applied> {
    const { lane } = this.#options;
    const { merged, told } = writing;
    const applied = await applyEntries(merged, {
      select: (from, to) =>
        lane.method === 'Upsert' && keyField !== undefined
          ? merged.selectLast(from, to, keyField)
          : merged.select(from, to),
      write: (selection) => this.#write(writing, selection),
      whyNotTheData: () => this.#whyNotTheData(merged),
      bisected: (halves, refused) => {
        told.bisected(halves.from, halves.to, refused);
        this.#rememberCut(merged, halves.middle);
      },
      stopAtRejection: lane.stopAtRejection,
      cuts: this.#cuts(merged, keyField),
      known,
    });
    for (const [part, ofPart] of applied.refusals.entries()) {
      const batch = merged.parts[part];
      for (const [entry, refused] of ofPart) {
        if (batch && !known[part]?.has(entry)) this.#options.known.remember(lane.session, batch, entry, refused);
      }
    }
    return applied;
  }

  /** Where one write ends and another begins: for the lane's own reasons, and where bisection has come to before. */
  #cuts(merged: MergedEntries, keyField: string | undefined): readonly number[] {
    const { lane, known } = this.#options;
    const needed = lane.isPartial && keyField !== undefined ? merged.cutsBehindDeletes(keyField) : [];
    const found = merged.parts.flatMap((batch, part) =>
      known.cutsOf(lane.session, batch).map((entry) => merged.numberOf(part, entry)),
    );
    return [...new Set([...needed, ...found])].filter((cut) => cut > 0).sort((a, b) => a - b);
  }

  #rememberCut(merged: MergedEntries, number: number): void {
    const { lane, known } = this.#options;
    const { part, entry } = merged.placeOf(number);
    const batch = merged.parts[part];
    if (batch) known.rememberCut(lane.session, batch, entry);
  }

  /** Gives a selection its effect: all its calls, until one is not done. */
  async #write(writing: Writing, selection: Selection): Promise<WriteResult> {
    const { lane, collections } = this.#options;
    const { merged } = writing;
    // Such a server notices by itself when it has changed, and refuses; others are asked before each write.
    const isChecked = (versionOf(merged)?.schemaTimestamp ?? 0n) > 0n;
    const plan = planWrite(lane, merged, await collections.describe(lane.target, !isChecked));
    if ('class' in plan) return { kind: 'refused', refusal: plan };
    for (const call of toCalls(merged, selection, plan)) {
      const result = await this.#call(writing, call);
      if (result.kind !== 'done') return result;
    }
    return { kind: 'done' };
  }

  async #call(writing: Writing, call: MethodCall): Promise<WriteResult> {
    const { lane, writer, collections, clock } = this.#options;
    const { merged, goesOn, told } = writing;
    const { database, connection } = lane.target;
    const notAfterMs = Math.min(...merged.parts.map(({ batch }) => Number(batch.notAfterUnixMs)));
    const beganMs = clock.now();
    const written = await writer.write(
      { ...call, database, notAfterMs, trace: told.trace, connection },
      { goesOn, retried: told.retried, called: (durationMs, refusal) => told.called(call, durationMs, refusal) },
    );
    writing.milvusMs += sinceMs(clock, beganMs);
    if (written.kind !== 'refused') return written;
    const result = lane.maskValues ? { ...written, refusal: withoutWords(written.refusal) } : written;
    // What refuses a write may also have changed the collection; and a lane must not open by what was true before.
    collections.drop(lane.target);
    if (result.refusal.class === 'schema') return this.#schemaRefused(merged, result);
    return call.method === 'Delete' ? this.#deleteRefused(merged, result) : result;
  }

  /** Encoding anew helps only where the collection has changed; else the lane would run in circles, so it waits. */
  async #schemaRefused(merged: MergedEntries, result: Refused): Promise<WriteResult> {
    const described = await this.#options.collections.describe(this.#options.lane.target, true);
    if (!described.ok || !isSameVersion(described.described.version, versionOf(merged))) return result;
    const failure = failureOf('milvus.schema_unsettled', {
      message: `${result.refusal.failure.message}; yet its description is the one that the batch was encoded for`,
      milvusCode: result.refusal.failure.milvusCode,
      retryAfterMs: 5_000,
    });
    return { kind: 'refused', refusal: { class: 'wait', failure } };
  }

  /**
   * A delete is never a rejection: its keys are of the right type, so a Milvus that refuses it for its data does not
   * understand the call. And its rows are written already, so there is no bisecting either.
   */
  async #deleteRefused(merged: MergedEntries, result: Refused): Promise<WriteResult> {
    const { refusal } = result;
    if (!refusalRules[refusal.class].isOfTheEntries) return result;
    const why = await this.#whyNotTheData(merged);
    if (why) return { kind: 'refused', refusal: why };
    const { message, milvusCode } = refusal.failure;
    const failure = failureOf('milvus.delete_refused', { message, milvusCode });
    return { kind: 'refused', refusal: { class: 'operator', failure } };
  }

  /**
   * Milvus's code for bad data also comes where the collection has changed under the batch, or is gone. So before
   * entries are blamed, and become dead letters, the collection is described anew.
   */
  async #whyNotTheData(merged: MergedEntries): Promise<Refusal | undefined> {
    const described = await this.#options.collections.describe(this.#options.lane.target, true);
    if (!described.ok) return blockedBy(described.failure);
    return isSameVersion(described.described.version, versionOf(merged)) ? undefined : schemaChanged;
  }
}

/** The clock may be set back. */
function sinceMs(clock: Pick<Clock, 'now'>, beganMs: number): number {
  return Math.max(0, clock.now() - beganMs);
}

const nothingToWrite = {
  select: (): never => {
    throw new Error('there are no entries');
  },
  write: async (): Promise<WriteResult> => ({ kind: 'done' }),
  whyNotTheData: async () => undefined,
  stopAtRejection: false,
};
