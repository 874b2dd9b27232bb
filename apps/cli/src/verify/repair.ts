import type { CheckedRecords, OpenLane, Rejection } from '@millrace/contracts';
import type { KafkaRecord } from '@millrace/lanes';
import { CliError } from '../cli-error.ts';
import type { AuditProgress } from './audit.ts';
import type { AuditLane } from './audit-lanes.ts';
import { type Entry, entriesOf } from './checked-entries.ts';
import type { LaneWriter } from './lane-writer.ts';
import type { RecordChecks } from './record-checks.ts';
import type { ReadRange } from './topic-reader.ts';
import type { Topics } from './topics.ts';

export interface RepairParts {
  readonly topics: Topics;
  readonly checks: Pick<RecordChecks, 'check'>;
  readonly writer: Pick<LaneWriter, 'write'>;
  readonly progress: AuditProgress;
}

/** A record that could not be written again. */
export interface Unwritable {
  readonly lane: AuditLane;
  readonly rejection: Rejection;
}

export interface Repaired {
  /** Records sent again, later ones of the same keys included. */
  readonly sent: number;
  readonly unwritable: readonly Unwritable[];
}

/** Records whose keys are kept in mind at the same time. */
const chunkRecords = 50_000;

/** How long newer records of a key may go on coming while it is written. */
const patienceMs = 600_000;

/**
 * Writes records again, through the same services as the connector, in the order of their offsets.
 *
 * The connector may be running, and write a newer record of the same key at the same time, which this would put an old
 * value over. So behind the records come all later ones of their keys that there are at or above what the group had
 * committed; and when everything is known to be written, what has come to the topic meanwhile is read. If there is a
 * record of one of these keys, it is written as well, and so on until none has come: the last write of each key is then
 * of its last record, and whatever the connector still writes of it is not older than that.
 */
export async function repair(
  offsets: ReadonlyMap<AuditLane, readonly bigint[]>,
  parts: RepairParts,
): Promise<Repaired> {
  const result: Result = { sent: 0, unwritable: [] };
  for (const [lane, all] of offsets) {
    const sorted = all.toSorted((a, b) => (a < b ? -1 : 1));
    for (let start = 0; start < sorted.length; start += chunkRecords) {
      await new LaneRepair(lane, sorted.slice(start, start + chunkRecords), parts, result).run();
    }
  }
  return result;
}

interface Result {
  sent: number;
  readonly unwritable: Unwritable[];
}

interface Writing {
  readonly from: bigint;
  readonly to: bigint;
  readonly laterFrom: bigint;
  readonly keys: ReadonlySet<string>;
  readonly picked: ReadonlySet<bigint>;
}

class LaneRepair {
  readonly #lane: AuditLane;
  readonly #open: OpenLane;
  readonly #offsets: readonly bigint[];
  readonly #parts: RepairParts;
  readonly #result: Result;

  constructor(lane: AuditLane, offsets: readonly bigint[], parts: RepairParts, result: Result) {
    this.#lane = lane;
    // A record that is rejected must not keep the others from being written.
    const insertMode = lane.open.writeOptions?.insertMode ?? 0;
    this.#open = { ...lane.open, writeOptions: { insertMode, stopAtRejection: false } };
    this.#offsets = offsets;
    this.#parts = parts;
    this.#result = result;
  }

  async run(): Promise<void> {
    const giveUpAt = performance.now() + patienceMs;
    const { committed, collection } = this.#lane;
    let end = await this.#end();
    const [first = end] = this.#offsets;
    // A partial update sets all its fields again, also those that a later one has set since.
    const laterFrom = collection.rules.succession === 'fields' ? first : committed;
    let written = await this.#write({
      from: first,
      to: end,
      laterFrom,
      keys: new Set(),
      picked: new Set(this.#offsets),
    });
    while (written.size > 0) {
      const from = end;
      end = await this.#end();
      written = await this.#write({ from, to: end, laterFrom: from, keys: written, picked: new Set() });
      if (written.size > 0 && performance.now() > giveUpAt) {
        const { topic, partition } = this.#lane;
        throw new CliError(
          `keys of ${topic}-${partition} change faster than they can be written again; run it again`,
          'unavailable',
        );
      }
    }
  }

  /**
   * Writes the records of a range that are picked and, from `laterFrom` on, those of their keys and of `keys`.
   *
   * @returns the keys that were written
   */
  async #write({ from, to, laterFrom, keys, picked }: Writing): Promise<Set<string>> {
    const { topics, checks, progress } = this.#parts;
    const { topic, partition, letters } = this.#lane;
    const written = new Set<string>();
    const range: ReadRange = { topic, partition, from, to };
    progress.begin('repair', to - from);
    await topics.read([range], async (_range, records) => {
      const wanted = records.filter(
        ({ offset }) => (picked.has(offset) || offset >= laterFrom) && !letters.has(offset),
      );
      const byOffset = new Map(wanted.map((record) => [record.offset, record]));
      const again: KafkaRecord[] = [];
      for await (const checked of checks.check(this.#open, wanted, true)) {
        for (const { offset, key } of this.#entries(checked)) {
          if (!picked.has(offset) && !keys.has(key) && !written.has(key)) continue;
          written.add(key);
          const record = byOffset.get(offset);
          if (record) again.push(record);
        }
        this.#reject(checked.rejections, picked);
      }
      if (again.length > 0) this.#reject(await this.#parts.writer.write(this.#open, again), picked);
      this.#result.sent += again.length;
      progress.read(records.length);
    });
    return written;
  }

  /** What becomes of records that were not picked is the connector's business. */
  #reject(rejections: readonly Rejection[], picked: ReadonlySet<bigint>): void {
    for (const rejection of rejections) {
      if (picked.has(rejection.offset)) this.#result.unwritable.push({ lane: this.#lane, rejection });
    }
  }

  /** In offset order, so that a key is known before the later records of it. */
  #entries(checked: CheckedRecords): readonly Entry[] {
    const entries = entriesOf(checked, this.#lane.collection.rules.key?.name);
    return entries.toSorted((a, b) => (a.offset < b.offset ? -1 : 1));
  }

  async #end(): Promise<bigint> {
    const end = (await this.#parts.topics.ends([this.#lane])).get(this.#lane);
    if (end === undefined) throw new CliError(`the topic ${this.#lane.topic} is gone`, 'unavailable');
    return end;
  }
}
