import { escapeText } from '@millrace/connector-config';
import { type EntityBatch, FieldType } from '@millrace/contracts';
import { ColumnRun, MalformedBatch } from './column-run.ts';
import { readVarint64, varintEnd } from './varint.ts';

/** Most columns of a batch: four times Milvus's own limit of fields. */
const columnsMax = 256;

/** Longest key in a rejection, characters (lane.proto). */
const keyCharsMax = 80;

/** The rows of one batch, checked against the contract of inserter.proto and ready to be cut and joined. */
export class Rows {
  readonly batch: EntityBatch;
  readonly columns: readonly ColumnRun[];
  /** What the batch counts for: elements, validity, and 16 for each row. */
  readonly byteCount: number;
  #keys: { readonly field: string; readonly keys: readonly string[] } | undefined;

  /** @throws MalformedBatch */
  constructor(batch: EntityBatch) {
    this.batch = batch;
    if (batch.offsetDeltas.length !== batch.rowCount) {
      throw new MalformedBatch(`${batch.offsetDeltas.length} offsets for ${batch.rowCount} rows`);
    }
    if (batch.rowCount > 0 && batch.columns.length === 0) throw new MalformedBatch('rows without columns');
    if (batch.columns.length > columnsMax) throw new MalformedBatch(`more than ${columnsMax} columns`);
    if (new Set(batch.columns.map((column) => column.fieldName)).size !== batch.columns.length) {
      throw new MalformedBatch('a field has two columns');
    }
    this.columns = batch.columns.map((column) => new ColumnRun(column, batch.rowCount));
    this.byteCount = byteCountOf(batch);
  }

  get rowCount(): number {
    return this.batch.rowCount;
  }

  /** The Kafka offset of a row. */
  offset(row: number): bigint {
    return this.batch.firstOffset + (this.batch.offsetDeltas[row] ?? 0n);
  }

  /** One text per row that is equal exactly for rows of one primary key; undefined where the column is missing. */
  keys(field: string): readonly string[] | undefined {
    if (this.#keys?.field === field) return this.#keys.keys;
    const column = this.columns.find((candidate) => candidate.column.fieldName === field);
    if (!column || column.column.valid.length > 0) return undefined;
    const keys = Array.from({ length: this.rowCount }, (_, row) =>
      // The element's bytes as they are: the encoding of a key is unique, so it stands for the key.
      column.slice(row, row + 1).elements.toString('latin1'),
    );
    this.#keys = { field, keys };
    return keys;
  }

  /** A row's primary key as a person reads it, at most 80 characters; empty where the column is missing. */
  keyText(field: string, row: number): string {
    const element = this.keys(field)?.[row];
    if (element === undefined) return '';
    const bytes = Buffer.from(element, 'latin1');
    const { type } = this.columns.find(({ column }) => column.fieldName === field)?.column ?? {};
    if (type !== FieldType.VARCHAR) return String(BigInt.asIntN(64, readVarint64(bytes)));
    return escapeText(bytes.toString('utf8', varintEnd(bytes, 1)), keyCharsMax);
  }
}

/** What a batch counts for, see EntityBatch.byte_count. */
export function byteCountOf(batch: EntityBatch): number {
  return batch.columns.reduce((sum, column) => sum + column.elements.length + column.valid.length, 16 * batch.rowCount);
}

/** Whether the columns of two batches can be joined: the same fields in the same order and form. */
export function canJoin(a: Rows, b: Rows): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.columns.every(({ column }, index) => {
      const other = b.columns[index]?.column;
      return (
        other?.fieldName === column.fieldName &&
        other.type === column.type &&
        // Where sparse vectors end differs from batch to batch; what is joined ends where the longest does.
        (other.dim === column.dim || column.type === FieldType.SPARSE_FLOAT_VECTOR) &&
        other.elementType === column.elementType &&
        other.isDynamic === column.isDynamic &&
        other.valid.length > 0 === column.valid.length > 0
      );
    })
  );
}
