import type { Change, Happening } from '../history.ts';
import type { LoggedRecord } from '../kafka/record-log.ts';

/** What the checker looks at: the history of a run and its end, and nothing of the product. */
export interface Evidence {
  /** Nothing was slow or broke: then nothing is done twice. */
  readonly isCalm: boolean;
  readonly insertMode: 'upsert' | 'insert';
  readonly happenings: readonly Happening[];
  /** By partition, in the order of their offsets. */
  readonly log: readonly (readonly LoggedRecord[])[];
  /** By partition, the offset after everything in it. */
  readonly ends: readonly number[];
  readonly committed: readonly number[];
  readonly rows: ReadonlyMap<number, number>;
  readonly isDone: boolean;
}

interface RecordState {
  readonly record: LoggedRecord;
  /** Places in the history of its first and last sending; -1: it was not sent. */
  firstSent: number;
  lastSent: number;
  /** How often its row took effect. */
  effects: number;
  letters: number;
}

interface KeyState {
  /** The records of the key, in offset order. */
  readonly records: RecordState[];
  /** The highest offset whose row, or whose delete as far as one can tell, took effect. */
  highest: number;
  /** The offset of the row that took effect last; undefined: the last was a delete. */
  last: number | undefined;
}

/** What is known of every record at one point of the history. */
export class Ledger {
  readonly insertMode: Evidence['insertMode'];
  /** By partition. */
  readonly committed: number[];
  readonly #records: readonly ReadonlyMap<number, RecordState>[];
  readonly #keys = new Map<number, KeyState>();

  constructor({ insertMode, log }: Pick<Evidence, 'insertMode' | 'log'>) {
    this.insertMode = insertMode;
    this.committed = log.map(() => 0);
    this.#records = log.map((records) => new Map(records.map((record) => [record.offset, this.#enter(record)])));
  }

  record(partition: number, offset: number): RecordState | undefined {
    return this.#records[partition]?.get(offset);
  }

  records(partition: number): Iterable<RecordState> {
    return this.#records[partition]?.values() ?? [];
  }

  key(key: number): KeyState | undefined {
    return this.#keys.get(key);
  }

  sent(partition: number, offsets: readonly number[], place: number): void {
    for (const offset of offsets) {
      const state = this.record(partition, offset);
      if (!state) continue;
      if (state.firstSent < 0) state.firstSent = place;
      state.lastSent = place;
    }
  }

  took({ key, partition, offset }: Change): void {
    const state = this.#keys.get(key);
    if (!state) return;
    state.last = offset;
    const record = offset === undefined ? undefined : this.record(partition, offset);
    if (record) record.effects += 1;
    state.highest = Math.max(state.highest, offset ?? this.latestDelete(key));
  }

  /** The last delete of a key that was sent so far: the one that a delete which takes effect now may be of; -1: none. */
  latestDelete(key: number): number {
    const sent = this.#keys
      .get(key)
      ?.records.findLast(({ record, lastSent }) => record.kind === 'delete' && lastSent >= 0);
    return sent?.record.offset ?? -1;
  }

  /** Whether a record has its end: in Milvus, superseded there by a later one of its key, deleted, or a dead letter. */
  isFinished({ record, effects, letters }: RecordState): boolean {
    const { kind, key, offset } = record;
    if (kind === 'invalid') return letters > 0;
    if (this.insertMode === 'insert') return kind === 'refused' ? letters > 0 : effects > 0;
    const { highest } = this.#keys.get(key) ?? { highest: -1 };
    return highest >= offset || (kind === 'refused' && letters > 0);
  }

  #enter(record: LoggedRecord): RecordState {
    const state: RecordState = { record, firstSent: -1, lastSent: -1, effects: 0, letters: 0 };
    const ofKey = this.#keys.get(record.key) ?? { records: [], highest: -1, last: undefined };
    ofKey.records.push(state);
    this.#keys.set(record.key, ofKey);
    return state;
  }
}
