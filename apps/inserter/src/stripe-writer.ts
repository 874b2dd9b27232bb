import type { Failure, Outcome, SchemaVersion } from '@millrace/contracts';
import { applyRows } from './bisect.ts';
import type { Collections, Described, Description } from './collections.ts';
import type { Events, WriteEvents } from './events.ts';
import { failureOf, quoted } from './failures.ts';
import type { KnownRefusals } from './known-refusals.ts';
import type { Lane } from './lane.ts';
import { MergedRows, type Selection } from './merge.ts';
import type { Refusal } from './milvus-errors.ts';
import type { MilvusWriter, WriteResult } from './milvus-writer.ts';
import { toOutcomes } from './outcomes.ts';
import { encodeWriteRequest } from './request.ts';
import type { Rows } from './rows.ts';

export interface StripeWriterOptions {
  readonly lane: Lane;
  readonly collections: Pick<Collections, 'describe' | 'drop'>;
  readonly writer: Pick<MilvusWriter, 'write'>;
  readonly events: Events;
  readonly known: KnownRefusals;
}

/** Turns batches of one stripe into one write of Milvus, and its result into their outcomes. */
export class StripeWriter {
  readonly #options: StripeWriterOptions;

  constructor(options: StripeWriterOptions) {
    this.#options = options;
  }

  async write(parts: readonly Rows[], goesOn: () => boolean): Promise<readonly Outcome[]> {
    const { lane, events } = this.#options;
    const known = parts.map((part) => this.#options.known.of(lane.session, part));
    const rows = new MergedRows(parts, known);
    const options = {
      stopAtRejection: lane.stopAtRejection,
      listsWritten: lane.method === 'Insert',
      keyField: undefined,
    };
    if (rows.rowCount === 0) return toOutcomes(rows, await applyRows(rows, nothingToWrite), options);
    const told = events.writeStarted(lane, parts);
    try {
      const described = await this.#options.collections.describe(lane.target);
      const keyField = described.ok ? described.described.keyField.name : undefined;
      const applied = await this.#apply(rows, described, known, goesOn, told);
      const outcomes = toOutcomes(rows, applied, { ...options, keyField });
      told.ended(outcomes);
      return outcomes;
    } catch (error) {
      told.broke(error);
      throw error;
    }
  }

  async #apply(
    rows: MergedRows,
    described: Description,
    known: readonly ReadonlyMap<number, Refusal>[],
    goesOn: () => boolean,
    told: WriteEvents,
  ) {
    const { lane } = this.#options;
    const refusal = described.ok ? whyNotWritable(lane, rows, described.described) : blockedBy(described.failure);
    const applied = await applyRows(rows, {
      select: (from, to) =>
        lane.method === 'Upsert' && described.ok
          ? rows.selectLast(from, to, described.described.keyField.name)
          : rows.select(from, to),
      write: async (selection) => (refusal ? { kind: 'refused', refusal } : this.#call(rows, selection, goesOn, told)),
      whyNotTheData: () => this.#whyNotTheData(rows),
      bisected: told.bisected,
      stopAtRejection: lane.stopAtRejection,
      known,
    });
    for (const [part, ofPart] of applied.refusals.entries()) {
      for (const [row, refused] of ofPart) {
        const batch = rows.parts[part];
        if (batch) this.#options.known.remember(lane.session, batch, row, refused);
      }
    }
    return applied;
  }

  async #call(rows: MergedRows, selection: Selection, goesOn: () => boolean, told: WriteEvents): Promise<WriteResult> {
    const { lane, writer, collections } = this.#options;
    const { database, collection, connection } = lane.target;
    const request = encodeWriteRequest({
      database,
      collection,
      columns: rows.columns(selection),
      rowCount: selection.rowCount,
      schemaTimestamp: versionOf(rows)?.schemaTimestamp ?? 0n,
    });
    const notAfterMs = Math.min(...rows.parts.map(({ batch }) => Number(batch.notAfterUnixMs)));
    const result = await writer.write(
      {
        method: lane.method,
        request,
        database,
        notAfterMs,
        trace: told.trace,
        connection,
        rowCount: selection.rowCount,
      },
      { goesOn, retried: told.retried },
    );
    // What refuses a write may also have changed the collection; and a lane must not open by what was true before.
    if (result.kind === 'refused') collections.drop(lane.target);
    return result.kind === 'refused' && result.refusal.class === 'schema' ? this.#schemaRefused(rows, result) : result;
  }

  /** Encoding anew helps only where the collection has changed; else the lane would run in circles, so it waits. */
  async #schemaRefused(rows: MergedRows, result: WriteResult & { readonly kind: 'refused' }): Promise<WriteResult> {
    const described = await this.#options.collections.describe(this.#options.lane.target, true);
    if (!described.ok || !isSameVersion(described.described.version, versionOf(rows))) return result;
    const failure = failureOf('milvus.schema_unsettled', {
      message: `${result.refusal.failure.message}; yet its description is the one that the batch was encoded for`,
      milvusCode: result.refusal.failure.milvusCode,
      retryAfterMs: 5_000,
    });
    return { kind: 'refused', refusal: { class: 'wait', failure } };
  }

  /**
   * Milvus's code for bad data also comes where the collection has changed under the batch, or is gone. So before rows
   * are blamed, and become dead letters, the collection is described anew.
   */
  async #whyNotTheData(rows: MergedRows): Promise<Refusal | undefined> {
    const described = await this.#options.collections.describe(this.#options.lane.target, true);
    if (!described.ok) return blockedBy(described.failure);
    return isSameVersion(described.described.version, versionOf(rows)) ? undefined : schemaChanged;
  }
}

const nothingToWrite = {
  select: (): never => {
    throw new Error('there are no rows');
  },
  write: async (): Promise<WriteResult> => ({ kind: 'written' }),
  whyNotTheData: async () => undefined,
  stopAtRejection: false,
};

const schemaChanged: Refusal = {
  class: 'schema',
  failure: failureOf('milvus.schema_changed', { message: 'the collection has changed' }),
};

function blockedBy(failure: Failure): Refusal {
  return { class: 'operator', failure };
}

function versionOf(rows: MergedRows): SchemaVersion | undefined {
  return rows.parts[0]?.batch.schemaVersion;
}

function whyNotWritable(lane: Lane, rows: MergedRows, { version, keyField }: Described): Refusal | undefined {
  if (!isSameVersion(version, versionOf(rows))) return schemaChanged;
  if (lane.method === 'Insert' || rows.parts.every((part) => part.keys(keyField.name))) return undefined;
  return blockedBy(
    failureOf('lane.key_column_missing', {
      message: `a batch has no column of the primary key ${quoted(keyField.name)}`,
    }),
  );
}

function isSameVersion(live: SchemaVersion, encoded: SchemaVersion | undefined): boolean {
  return (
    live.collectionId === encoded?.collectionId &&
    live.schemaTimestamp === encoded.schemaTimestamp &&
    live.fingerprint === encoded.fingerprint
  );
}
