import type { CheckedRecords, EntityBatch } from '@millrace/contracts';
import { columnName, type RowColumn, rowColumn } from './columns/row-columns.ts';

/** A record that is a row, or the delete of one. */
export interface Entry {
  readonly offset: bigint;
  /** The primary key in its normal form; empty where Milvus makes the key. */
  readonly key: string;
  readonly part: CheckedPart;
  /** Its row in the part; undefined for a delete. */
  readonly row: number | undefined;
}

/** One part of what records became, decoded as far as it is asked for. */
export class CheckedPart {
  readonly #batch: EntityBatch;
  #columns: readonly RowColumn[] | undefined;

  constructor(batch: EntityBatch) {
    this.#batch = batch;
  }

  /** Names of its columns. */
  get columnNames(): readonly string[] {
    return this.#batch.columns.map(columnName);
  }

  /** The columns of its rows, decoded when they are first asked for. */
  get columns(): readonly RowColumn[] {
    this.#columns ??= this.#batch.columns.map((column) => rowColumn(column, this.#batch.rowCount));
    return this.#columns;
  }

  /** Its rows and deletes. Without a key field rows have no keys. */
  entries(keyField: string | undefined): Entry[] {
    const { firstOffset, offsetDeltas, deletes, rowCount, columns } = this.#batch;
    const keyColumn = columns.find(({ fieldName, structName }) => fieldName === keyField && structName === '');
    const keys = keyColumn && rowColumn(keyColumn, rowCount).values;
    const rows = offsetDeltas.map((delta, row) => ({
      offset: firstOffset + delta,
      key: keys?.[row] ?? '',
      part: this,
      row,
    }));
    if (!deletes?.keys) return rows;
    const deleted = rowColumn(deletes.keys, deletes.offsetDeltas.length).values;
    const removals = deletes.offsetDeltas.map((delta, index) => ({
      offset: firstOffset + delta,
      key: deleted[index] ?? '',
      part: this,
      row: undefined,
    }));
    return [...rows, ...removals];
  }
}

export function entriesOf({ parts }: CheckedRecords, keyField: string | undefined): Entry[] {
  return parts.flatMap((part) => new CheckedPart(part).entries(keyField));
}
