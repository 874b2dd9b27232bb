import type { KafkaRecord } from '@millrace/lanes';
import { CliError } from '../cli-error.ts';
import { type AuditCollection, type AuditLane, comparedTo, withoutLetters } from './audit-lanes.ts';
import { greatest } from './bigints.ts';
import { type Entry, entriesOf } from './checked-entries.ts';
import { extraKeys } from './extra-rows.ts';
import { hashKey, type KeyHash, unitLow } from './key-hash.ts';
import { hashesEnd, type LastOffsets } from './last-offsets.ts';
import type { RecordChecks } from './record-checks.ts';
import type { Claim, StoredRow } from './row-rules.ts';
import { unexplained } from './second-look.ts';
import { type Suspect, suspectOf, suspectsMax } from './suspects.ts';
import { Tally } from './tally.ts';
import type { ReadRange } from './topic-reader.ts';
import type { Topics } from './topics.ts';

export interface AuditParts {
  readonly topics: Topics;
  readonly checks: Pick<RecordChecks, 'check'>;
  readonly lanes: readonly AuditLane[];
  /** The table of keys, which takes most of the memory; this audit's alone while it runs. */
  readonly lastOffsets: LastOffsets;
  /** Whether to look for rows whose keys no record has. */
  readonly extra?: boolean;
  /** Told of each step and of the records that it has read. */
  readonly progress: AuditProgress;
}

export interface AuditProgress {
  /** The step that begins, and how many offsets it reads. */
  begin(step: string, offsets: bigint): void;
  read(offsets: number): void;
}

interface LaneRange extends ReadRange {
  readonly lane: AuditLane;
}

/** The last record of its key in a lane: what it claims has to be what Milvus holds. */
interface Candidate {
  readonly entry: Entry;
  readonly hash: KeyHash;
  readonly units: readonly string[];
}

/**
 * Compares what a connector has read with what Milvus holds. The records are read twice: first to know the last offset of
 * each key, then to compare what stands there. Where the keys are more than fit into memory, both are done again for
 * each range of hashes.
 */
export class Audit {
  readonly tally = new Tally();
  /** Ranges of hashes that it took. */
  passes = 0;
  readonly #parts: AuditParts;
  readonly #lastOffsets: LastOffsets;
  #suspects: Suspect[] = [];
  /** Rows of collections whose rows cannot be matched. */
  readonly #counted = new Map<AuditCollection, number>();

  constructor(parts: AuditParts) {
    this.#parts = parts;
    this.#lastOffsets = parts.lastOffsets;
  }

  async run(): Promise<void> {
    for (const lane of this.#parts.lanes) {
      const pending = lane.to - greatest(lane.committed, lane.from);
      if (pending > 0n) this.tally.add('pending', Number(pending));
    }
    for (let from = 0; from < hashesEnd; from = this.#lastOffsets.to) {
      this.#lastOffsets.begin(from);
      this.passes += 1;
      await this.#fold();
      await this.#compare();
      await this.#lookAgain();
      if (this.#parts.extra) await this.#findExtra();
    }
    await this.#countRows();
  }

  /** Rows in Milvus, and rows that were to be written, of collections whose rows cannot be matched. */
  get counted(): ReadonlyMap<AuditCollection, number> {
    return this.#counted;
  }

  async #fold(): Promise<void> {
    const lanes = this.#parts.lanes.filter(({ collection }) => collection.rules.succession !== 'none');
    const ranges = lanes.map((lane) => rangeOf(lane, lane.committed));
    await this.#readAll('keys', ranges, async (lane, records) => {
      for await (const checked of this.#parts.checks.check(lane.open, withoutLetters(lane, records), true)) {
        for (const entry of entriesOf(checked, lane.collection.rules.key?.name)) this.#note(lane, entry);
      }
    });
  }

  #note(lane: AuditLane, entry: Entry): void {
    const hash = hashKey(lane.collection.index, entry.key);
    if (!this.#lastOffsets.covers(hash.high)) return;
    for (const unit of lane.collection.rules.units(entry)) {
      this.#lastOffsets.put(hash.high, unitLow(hash, lane.index, unit), entry.offset);
    }
  }

  async #compare(): Promise<void> {
    const ranges = this.#parts.lanes.map((lane) => rangeOf(lane, comparedTo(lane)));
    await this.#readAll('rows', ranges, async (lane, records) => {
      const rest = withoutLetters(lane, records);
      if (this.passes === 1) {
        this.tally.records += records.length;
        this.tally.add('dead-lettered', records.length - rest.length);
      }
      for await (const checked of this.#parts.checks.check(lane.open, rest, false)) {
        if (this.passes === 1) {
          this.tally.add('filtered', checked.filteredOffsets.length);
          for (const { offset, violations } of checked.rejections) {
            const { code = '', message = '' } = violations[0] ?? {};
            const why = `it would be rejected (${code}: ${message}), and no dead letter holds it`;
            this.tally.found({ lane, offset, state: 'missing', key: undefined, why });
          }
        }
        await this.#compareEntries(lane, entriesOf(checked, lane.collection.rules.key?.name));
      }
    });
  }

  async #compareEntries(lane: AuditLane, entries: readonly Entry[]): Promise<void> {
    const { collection } = lane;
    const { key, succession, fields } = collection.rules;
    if (key === undefined || succession === 'none') {
      if (this.passes > 1) return;
      this.tally.add('not matched', entries.length);
      this.#counted.set(collection, (this.#counted.get(collection) ?? 0) + entries.length);
      return;
    }
    const candidates = entries.flatMap((entry) => this.#candidate(lane, entry));
    const keys = [...new Set(candidates.map(({ entry }) => entry.key))];
    const found = await collection.rows.find(key, keys, fields);
    for (const candidate of candidates) {
      const rows = found.get(candidate.entry.key) ?? [];
      this.#judge(lane, candidate, rows.length === 0 ? [undefined] : rows);
    }
    if (this.#suspects.length >= suspectsMax) await this.#lookAgain();
  }

  #candidate(lane: AuditLane, entry: Entry): Candidate[] {
    const hash = hashKey(lane.collection.index, entry.key);
    if (!this.#lastOffsets.covers(hash.high)) return [];
    const lastOf = (unit: string) => this.#lastOffsets.get(hash.high, unitLow(hash, lane.index, unit));
    const units = lane.collection.rules.liveUnits(entry, lastOf);
    if (units.length > 0) return [{ entry, hash, units }];
    this.tally.add('superseded');
    return [];
  }

  /** `rows`: what Milvus holds of the key, most often one row. */
  #judge(lane: AuditLane, { entry, hash, units }: Candidate, rows: readonly (StoredRow | undefined)[]): void {
    const { rules } = lane.collection;
    const claims = new Map(rules.claims(entry, units).map(({ unit, value }) => [unit, value]));
    for (const stored of rows) {
      const observed = rules.observed(stored, units).filter(({ unit, value }: Claim) => claims.get(unit) !== value);
      if (observed.length === 0) continue;
      this.#suspects.push(suspectOf(lane, entry, observed, stored, this.#lastOffsets, hash, this.#parts.lanes));
      return;
    }
    this.tally.add(entry.row === undefined ? 'deleted' : 'written');
  }

  async #lookAgain(): Promise<void> {
    const suspects = this.#suspects;
    this.#suspects = [];
    const { lanes, topics, checks } = this.#parts;
    const left = new Set(await unexplained(suspects, lanes, topics, checks));
    for (const suspect of suspects) {
      if (left.has(suspect)) this.tally.found(suspect.finding);
      else this.tally.add('superseded');
    }
  }

  async #findExtra(): Promise<void> {
    this.tally.extra ??= 0;
    const collections = new Set(this.#parts.lanes.map(({ collection }) => collection));
    for (const collection of collections) {
      if (collection.rules.succession === 'none') continue;
      for await (const key of extraKeys(collection, this.#parts)) this.tally.foundExtra(collection, key);
    }
  }

  async #countRows(): Promise<void> {
    for (const [{ rows }, expected] of this.#counted) {
      const count = await rows.count();
      if (count < expected) this.tally.lost(expected - count);
    }
  }

  async #readAll(
    step: string,
    ranges: readonly LaneRange[],
    take: (lane: AuditLane, records: readonly KafkaRecord[]) => Promise<void>,
  ): Promise<void> {
    const { topics, progress } = this.#parts;
    const offsets = ranges.reduce((sum, { from, to }) => sum + (to > from ? to - from : 0n), 0n);
    progress.begin(this.passes === 1 ? step : `${step}, pass ${this.passes}`, offsets);
    const early = await topics.read(ranges, async ({ lane }, records) => {
      await take(lane, records);
      progress.read(records.length);
    });
    const [first] = early;
    if (first === undefined) return;
    const { range, reached } = first;
    throw new CliError(
      `Kafka has no records of ${range.topic}-${range.partition} from offset ${reached} to ${range.to} any more; run it again`,
      'unavailable',
    );
  }
}

const rangeOf = (lane: AuditLane, to: bigint): LaneRange => ({
  lane,
  topic: lane.topic,
  partition: lane.partition,
  from: lane.from,
  to,
});
