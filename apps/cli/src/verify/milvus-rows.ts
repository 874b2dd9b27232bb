import type { ServerVersion } from '@millrace/contracts';
import { answerColumns, answerRowCount } from './columns/answer-columns.ts';
import { normalDefault } from './columns/default-value.ts';
import { type KeyField, keyFilter, keysBehind } from './key-filter.ts';
import type { MilvusReader } from './milvus-reader.ts';
import type { StoredRow } from './row-rules.ts';

export interface RowsTarget {
  /** Empty: the server's default. */
  readonly database: string;
  readonly collection: string;
  /** Empty: all. */
  readonly partition: string;
  readonly server: ServerVersion;
}

/** Most keys of one query: milvus-lite takes 35 µs for each, and answers stay small. */
export const keysMax = 1_000;

/** Rows of one page of keys; Milvus takes 16,384. */
const pageRowsUsual = 10_000;

/** Rows of one collection. */
export class MilvusRows {
  readonly #reader: MilvusReader;
  readonly #target: RowsTarget;

  constructor(reader: MilvusReader, target: RowsTarget) {
    this.#reader = reader;
    this.#target = target;
  }

  /**
   * The rows of these keys, which are in normal form, by key; keys without a row are absent. A key that has several rows
   * keeps all of them.
   */
  async find(key: KeyField, keys: readonly string[], fields: readonly string[]): Promise<Map<string, StoredRow[]>> {
    const found = new Map<string, StoredRow[]>();
    for (let start = 0; start < keys.length; start += keysMax) {
      const filter = keyFilter(key, keys.slice(start, start + keysMax), this.#target.server);
      const { fieldsData } = await this.#reader.query({ ...this.#query, ...filter, outputFields: [...fields] });
      const keyData = fieldsData.find(({ fieldName }) => fieldName === key.name);
      if (keyData === undefined) throw new Error(`Milvus answered without the primary key ${key.name}`);
      const rowCount = answerRowCount(keyData);
      const columns = answerColumns(fieldsData, rowCount);
      const ofKey = columns.find(({ name }) => name === key.name);
      for (let row = 0; row < rowCount; row++) {
        const at = ofKey?.values[row] ?? '';
        const stored: StoredRow = new Map(columns.map((column) => [column.name, { column, row }]));
        found.set(at, [...(found.get(at) ?? []), stored]);
      }
    }
    return found;
  }

  /**
   * The keys of all rows, in pages. Milvus answers a query with a limit in the order of keys, so the next page begins
   * behind the last one; milvus-lite does not, and is asked for all at once.
   */
  async *keys(key: KeyField, pageRows = pageRowsUsual): AsyncGenerator<readonly string[]> {
    const isLite = this.#target.server.product === 'milvus-lite';
    const limit = isLite ? [] : [{ key: 'limit', value: String(pageRows) }];
    for (let last: string | undefined; ; ) {
      const filter = last === undefined ? {} : keysBehind(key, last);
      const answer = await this.#reader.query({
        ...this.#query,
        ...filter,
        outputFields: [key.name],
        queryParams: limit,
      });
      const data = answer.fieldsData.filter(({ fieldName }) => fieldName === key.name);
      const rowCount = data[0] === undefined ? 0 : answerRowCount(data[0]);
      const page = answerColumns(data, rowCount).flatMap(({ values }) => values.map((value) => value ?? ''));
      yield page;
      last = page.at(-1);
      if (isLite || page.length < pageRows || last === undefined) return;
    }
  }

  /** How many rows there are. */
  async count(): Promise<number> {
    const { fieldsData } = await this.#reader.query({ ...this.#query, outputFields: ['count(*)'] });
    const [column] = answerColumns(
      fieldsData.filter(({ fieldName }) => fieldName === 'count(*)'),
      1,
    );
    const count = Number(column?.values[0]);
    if (!Number.isSafeInteger(count)) throw new Error(`Milvus gave no count of ${this.#target.collection}`);
    return count;
  }

  /** What Milvus stores where a row has no value, by field. */
  async defaults(): Promise<ReadonlyMap<string, string>> {
    const { schema } = await this.#reader.describe(this.#target.database, this.#target.collection);
    return new Map(
      (schema?.fields ?? []).flatMap(({ name, dataType, defaultValue }) => {
        const value = defaultValue && normalDefault(defaultValue, dataType as never);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  }

  get #query() {
    const { database, collection, partition } = this.#target;
    return { dbName: database, collectionName: collection, partitionNames: partition === '' ? [] : [partition] };
  }
}
