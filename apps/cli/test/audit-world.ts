import {
  CheckedRecords,
  Collection,
  Column,
  EntityBatch,
  Field,
  FieldType,
  InsertMode,
  OpenLane,
  Rejection,
} from '@millrace/contracts';
import type { KafkaRecord, TopicPartition } from '@millrace/lanes';
import type { AuditLane } from '../src/verify/audit-lanes.ts';
import type { RowColumn } from '../src/verify/columns/row-columns.ts';
import type { KeyField } from '../src/verify/key-filter.ts';
import { OffsetSet } from '../src/verify/offset-set.ts';
import { RowRules, type StoredRow } from '../src/verify/row-rules.ts';
import type { EarlyEnd, ReadRange, TakeRecords } from '../src/verify/topic-reader.ts';
import type { Topics } from '../src/verify/topics.ts';

/** A record as tests write it; its value in the topic is its JSON. A row sets the fields that it names. */
export type TestRecord =
  | { readonly kind: 'row'; readonly key: number; readonly values: Readonly<Record<string, number>> }
  | { readonly kind: 'delete'; readonly key: number }
  | { readonly kind: 'filtered' }
  | { readonly kind: 'broken' };

export interface TestLane {
  readonly records: TestRecord[];
  /** Offset i is the record i. */
  committed: number;
  /** Offsets of dead letters. */
  readonly letters: readonly number[];
  readonly from?: number;
  readonly to?: number;
}

/** Rows of Milvus by key. */
export type TestRows = Map<number, Readonly<Record<string, number>>>;

export const fieldNames = ['a', 'b'] as const;
const key: KeyField = { name: 'id', type: FieldType.INT64 };

/** A connector of one collection, with topics, the schema-validator and Milvus in memory. */
export class AuditWorld implements Topics {
  readonly lanes: readonly AuditLane[];
  readonly rows: TestRows;
  /** Called wherever other programs may do something meanwhile. */
  meanwhile: () => void = () => {};
  readonly #lanes: readonly TestLane[];
  readonly #mode: InsertMode;

  constructor(lanes: readonly TestLane[], rows: TestRows, mode: InsertMode = InsertMode.UPSERT) {
    this.#lanes = lanes;
    this.#mode = mode;
    this.rows = rows;
    const rules = new RowRules(collection, mode, new Map());
    const found = { find: this.#find.bind(this), keys: this.#keys.bind(this), count: async () => rows.size };
    const target = { index: 0, name: 'test', rules, rows: found };
    this.lanes = lanes.map(({ records, committed, letters, from = 0, to = records.length }, partition) => {
      const set = new OffsetSet();
      for (const offset of letters) set.add(BigInt(offset));
      return {
        index: partition,
        topic: 'test',
        partition,
        collection: target,
        open: OpenLane.create({ partition }),
        from: BigInt(from),
        to: BigInt(to),
        committed: BigInt(committed),
        letters: set,
      };
    });
  }

  async read<Range extends ReadRange>(
    ranges: readonly Range[],
    take: TakeRecords<Range>,
  ): Promise<readonly EarlyEnd<Range>[]> {
    for (const range of ranges) {
      const { records } = this.#laneOf(range);
      // Several at a time, as fetches bring them.
      for (let start = Number(range.from); start < Number(range.to); start += 7) {
        const end = Math.min(start + 7, Number(range.to));
        await take(
          range,
          records.slice(start, end).map((record, index) => kafkaRecord(record, start + index)),
        );
        this.meanwhile();
      }
    }
    return [];
  }

  async ends<Place extends TopicPartition>(places: readonly Place[]): Promise<ReadonlyMap<Place, bigint>> {
    this.meanwhile();
    return new Map(places.map((place) => [place, BigInt(this.#laneOf(place).records.length)]));
  }

  async *check(_open: OpenLane, records: readonly KafkaRecord[]): AsyncGenerator<CheckedRecords> {
    const read = records.map((record) => ({ offset: record.offset, record: recordIn(record) }));
    const rejected = read.filter(({ record }) => record.kind === 'broken');
    const filtered = read.filter(({ record }) => record.kind === 'filtered');
    yield {
      ...CheckedRecords.create({ collection, insertMode: this.#mode }),
      parts: partsOf(read),
      rejections: rejected.map(({ offset }) => Rejection.create({ offset })),
      filteredOffsets: filtered.map(({ offset }) => offset),
    };
  }

  /** What the record does to Milvus. */
  apply(record: TestRecord): void {
    if (record.kind === 'delete') this.rows.delete(record.key);
    if (record.kind !== 'row') return;
    const before = this.#mode === InsertMode.UPDATE ? this.rows.get(record.key) : {};
    this.rows.set(record.key, { ...before, ...record.values });
  }

  #laneOf({ partition }: TopicPartition): TestLane {
    const lane = this.#lanes[partition];
    if (lane === undefined) throw new Error(`no partition ${partition}`);
    return lane;
  }

  async *#keys(): AsyncGenerator<readonly string[]> {
    yield [...this.rows.keys()].map(String);
    this.meanwhile();
  }

  async #find(_key: KeyField, keys: readonly string[]): Promise<Map<string, StoredRow[]>> {
    const found = new Map<string, StoredRow[]>();
    for (const text of keys) {
      const row = this.rows.get(Number(text));
      if (row !== undefined) found.set(text, [storedRow(row)]);
    }
    this.meanwhile();
    return found;
  }
}

const collection: Collection = {
  ...Collection.create({ name: 'test', serverVersion: 'v2.6.0' }),
  fields: ['id', ...fieldNames].map((name) => ({
    ...Field.create({ name, typeCode: FieldType.INT64 }),
    isPrimaryKey: name === 'id',
    isNullable: name !== 'id',
  })),
};

function kafkaRecord(record: TestRecord, offset: number): KafkaRecord {
  return {
    offset: BigInt(offset),
    timestampMs: 0n,
    key: null,
    value: Buffer.from(JSON.stringify(record)),
    headers: [],
  };
}

export const recordIn = ({ value }: KafkaRecord): TestRecord => JSON.parse(String(value));

interface Read {
  readonly offset: bigint;
  readonly record: TestRecord;
}

/** As the validator makes parts: one for each run of rows that set the same fields, deletes in between. */
function partsOf(read: readonly Read[]): EntityBatch[] {
  const parts: Read[][] = [];
  let set = '';
  for (const one of read) {
    if (one.record.kind !== 'row' && one.record.kind !== 'delete') continue;
    const names = one.record.kind === 'row' ? Object.keys(one.record.values).join() : set;
    if (parts.length === 0 || names !== set) parts.push([]);
    set = names;
    parts.at(-1)?.push(one);
  }
  return parts.map(partOf);
}

function partOf(entries: readonly Read[]): EntityBatch {
  const rows = entries.flatMap(({ offset, record }) => (record.kind === 'row' ? [{ offset, ...record }] : []));
  const deletes = entries.flatMap(({ offset, record }) =>
    record.kind === 'delete' ? [{ offset, key: record.key }] : [],
  );
  const names = Object.keys(rows[0]?.values ?? {});
  const column = (fieldName: string, values: readonly number[], valid: readonly number[] = []): Column => ({
    ...Column.create({ fieldName, type: FieldType.INT64 }),
    elements: Buffer.from(values),
    valid: Buffer.from(valid),
  });
  const columns = [
    column(
      key.name,
      rows.map((row) => row.key),
    ),
    ...names.map((name) =>
      column(
        name,
        rows.map(({ values }) => values[name] ?? 0),
        rows.map(() => 1),
      ),
    ),
  ];
  return {
    ...EntityBatch.create({ rowCount: rows.length }),
    offsetDeltas: rows.map(({ offset }) => offset),
    columns: rows.length === 0 ? [] : columns,
    deletes:
      deletes.length === 0
        ? undefined
        : {
            offsetDeltas: deletes.map(({ offset }) => offset),
            keys: column(
              key.name,
              deletes.map((one) => one.key),
            ),
          },
  };
}

function storedRow(row: Readonly<Record<string, number>>): StoredRow {
  return new Map(
    fieldNames.map((name) => {
      const value = row[name];
      const column: RowColumn = {
        name,
        type: FieldType.INT64,
        values: [value === undefined ? undefined : String(value)],
      };
      return [name, { column, row: 0 }] as const;
    }),
  );
}
