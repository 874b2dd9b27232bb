import { escapeText } from '@millrace/connector-config';
import { type Column, type Deletes, type EntityBatch, FieldType } from '@millrace/contracts';
import { ColumnRun, MalformedBatch } from './column-run.ts';
import { readVarint64, varintEnd } from './varint.ts';

/** Most columns of a batch: four times Milvus's own limit of fields. */
const columnsMax = 256;

/** Longest key in a rejection, characters (lane.proto). */
const keyCharsMax = 80;

/**
 * The rows and deletes of one batch, checked against the contract of inserter.proto, numbered through in offset order and
 * ready to be cut and joined.
 */
export class Entries {
  readonly batch: EntityBatch;
  /** By `performance.now()`: how long it has waited for its write is told, and nothing else depends on it. */
  readonly arrivedAtMs = performance.now();
  /** Of the rows. */
  readonly columns: readonly ColumnRun[];
  /** The primary keys of the deletes; absent where there are none. */
  readonly deletedKeys: ColumnRun | undefined;
  readonly count: number;
  /** What the batch counts for: elements, validity, and 16 for each entry. */
  readonly byteCount: number;
  /** How many entries before entry i are rows, one more for the end; absent where all are. */
  readonly #rowsBefore: Uint32Array | undefined;
  #keys: { readonly field: string; readonly keys: readonly string[] } | undefined;

  /** @throws MalformedBatch */
  constructor(batch: EntityBatch) {
    this.batch = batch;
    if (batch.offsetDeltas.length !== batch.rowCount) {
      throw new MalformedBatch(`${batch.offsetDeltas.length} offsets for ${batch.rowCount} rows`);
    }
    if (batch.rowCount > 0 && batch.columns.length === 0) throw new MalformedBatch('rows without columns');
    if (batch.columns.length > columnsMax) throw new MalformedBatch(`more than ${columnsMax} columns`);
    checkNames(batch.columns);
    this.columns = batch.columns.map((column) => new ColumnRun(column, batch.rowCount));
    this.deletedKeys = deletedKeysOf(batch);
    this.count = batch.rowCount + deletesOf(batch);
    this.#rowsBefore = countRows(batch.offsetDeltas, batch.deletes?.offsetDeltas ?? []);
    this.byteCount = byteCountOf(batch);
  }

  get rowCount(): number {
    return this.batch.rowCount;
  }

  get deleteCount(): number {
    return this.count - this.rowCount;
  }

  /** How many of the entries before this one are rows: the number of the entry's row, if it is one. */
  rowsBefore(entry: number): number {
    return this.#rowsBefore?.[entry] ?? entry;
  }

  /** The same for deletes. */
  deletesBefore(entry: number): number {
    return entry - this.rowsBefore(entry);
  }

  isDelete(entry: number): boolean {
    return this.rowsBefore(entry + 1) === this.rowsBefore(entry);
  }

  /** The Kafka offset of an entry. */
  offset(entry: number): bigint {
    const { firstOffset, offsetDeltas, deletes } = this.batch;
    const delta = this.isDelete(entry)
      ? deletes?.offsetDeltas[this.deletesBefore(entry)]
      : offsetDeltas[this.rowsBefore(entry)];
    return firstOffset + (delta ?? 0n);
  }

  /** One text per entry that is equal exactly for entries of one primary key; undefined where a column is missing. */
  keys(field: string): readonly string[] | undefined {
    if (this.#keys?.field === field) return this.#keys.keys;
    const ofRows = this.columns.find(({ column }) => isField(column, field));
    const ofDeletes = this.deletedKeys?.column.fieldName === field ? this.deletedKeys : undefined;
    if (this.rowCount > 0 && (!ofRows || ofRows.column.valid.length > 0)) return undefined;
    if (this.deleteCount > 0 && !ofDeletes) return undefined;
    const keys = Array.from({ length: this.count }, (_, entry) =>
      this.isDelete(entry) ? keyAt(ofDeletes, this.deletesBefore(entry)) : keyAt(ofRows, this.rowsBefore(entry)),
    );
    this.#keys = { field, keys };
    return keys;
  }

  /** An entry's primary key as a person reads it, at most 80 characters; empty where the column is missing. */
  keyText(field: string, entry: number): string {
    const element = this.keys(field)?.[entry];
    if (element === undefined) return '';
    const bytes = Buffer.from(element, 'latin1');
    const { type } = this.#keyColumn(field) ?? {};
    if (type !== FieldType.VARCHAR) return String(BigInt.asIntN(64, readVarint64(bytes)));
    return escapeText(bytes.toString('utf8', varintEnd(bytes, 1)), keyCharsMax);
  }

  #keyColumn(field: string): Column | undefined {
    return (this.columns.find(({ column }) => isField(column, field)) ?? this.deletedKeys)?.column;
  }
}

/** Whether the column is the field's own: a member of a struct may have the name of a field. */
function isField({ fieldName, structName }: Column, field: string): boolean {
  return fieldName === field && structName === '';
}

/** @throws MalformedBatch when a field or a member has two columns, or the members of a struct stand apart */
function checkNames(columns: readonly Column[]): void {
  const fields = new Set<string>();
  let members = new Set<string>();
  for (const [index, { fieldName, structName, type }] of columns.entries()) {
    if (structName !== '' && type !== FieldType.ARRAY && type !== FieldType.ARRAY_OF_VECTOR) {
      throw new MalformedBatch(`a member of a struct has type ${type}`);
    }
    if (structName === '' && type === FieldType.ARRAY_OF_VECTOR) throw new MalformedBatch('vectors without a struct');
    const isNext = structName !== '' && columns[index - 1]?.structName === structName;
    const field = structName || fieldName;
    if (!isNext && fields.has(field)) throw new MalformedBatch('a field has two columns, or a struct stands apart');
    fields.add(field);
    if (!isNext) members = new Set();
    if (structName !== '' && members.has(fieldName)) throw new MalformedBatch('a member of a struct has two columns');
    members.add(fieldName);
  }
}

/** The element's bytes as they are: the encoding of a key is unique, so it stands for the key. */
function keyAt(run: ColumnRun | undefined, element: number): string {
  return run?.slice(element, element + 1).elements.toString('latin1') ?? '';
}

/** What a batch counts for, see EntityBatch.byte_count. */
function byteCountOf(batch: EntityBatch): number {
  const entries = batch.rowCount + deletesOf(batch);
  return batch.columns.reduce(
    (sum, column) => sum + column.elements.length + column.valid.length,
    16 * entries + (batch.deletes?.keys?.elements.length ?? 0),
  );
}

function deletesOf(batch: EntityBatch): number {
  return batch.deletes?.offsetDeltas.length ?? 0;
}

function deletedKeysOf(batch: EntityBatch): ColumnRun | undefined {
  const count = deletesOf(batch);
  const keys = batch.deletes?.keys;
  if (!keys) {
    if (count > 0) throw new MalformedBatch(`${count} deletes without keys`);
    return undefined;
  }
  if (keys.type !== FieldType.INT64 && keys.type !== FieldType.VARCHAR) {
    throw new MalformedBatch(`keys of type ${keys.type} are deleted`);
  }
  if (keys.valid.length > 0 || keys.isDynamic) throw new MalformedBatch('the column of deleted keys is no key');
  const ofRows = batch.columns.find((column) => isField(column, keys.fieldName));
  if (batch.rowCount > 0 && (ofRows?.type !== keys.type || ofRows.valid.length > 0)) {
    throw new MalformedBatch('the column of deleted keys is not the key of the rows');
  }
  const run = new ColumnRun(keys, count);
  return count > 0 ? run : undefined;
}

/** Merges rows and deletes by their offsets; says how many rows are before each entry. */
function countRows(rows: readonly bigint[], deletes: Deletes['offsetDeltas']): Uint32Array | undefined {
  const rowsBefore = new Uint32Array(rows.length + deletes.length + 1);
  let last = -1n;
  for (let entry = 0, row = 0; entry < rowsBefore.length - 1; entry++) {
    const ofRow = rows[row];
    const ofDelete = deletes[entry - row];
    const isRow = ofRow !== undefined && (ofDelete === undefined || ofRow < ofDelete);
    const offset = (isRow ? ofRow : ofDelete) ?? 0n;
    if (offset <= last) throw new MalformedBatch(`offset delta ${offset} comes behind ${last}`);
    last = offset;
    if (isRow) row += 1;
    rowsBefore[entry + 1] = row;
  }
  return deletes.length > 0 ? rowsBefore : undefined;
}

/** Whether two batches can be joined to one write: the same fields in the same order and form. */
export function canJoin(a: Entries, b: Entries): boolean {
  return (
    (a.rowCount === 0 || b.rowCount === 0 || haveSameForm(a.columns, b.columns)) &&
    (!a.deletedKeys || !b.deletedKeys || haveSameForm([a.deletedKeys], [b.deletedKeys]))
  );
}

function haveSameForm(a: readonly ColumnRun[], b: readonly ColumnRun[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ column }, index) => {
      const other = b[index]?.column;
      return (
        other?.fieldName === column.fieldName &&
        other.structName === column.structName &&
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
