import { nearestKey } from '@millrace/connector-config';
import { type Column, InsertMode } from '@millrace/contracts';
import { ColumnBuilder } from './column-builder.ts';
import { addDynamicElement, dynamicFieldName } from './fields/dynamic.ts';
import type { Plan } from './plan.ts';
import type { Report } from './report.ts';
import type { Row, UnknownMember } from './shape/row.ts';
import { memberPath, shownRange } from './shown-text.ts';

/** Rows and deletes cost more than their elements: what each counts for besides (inserter.proto, byte_count). */
const entryBytes = 16;

/** What has been encoded since the last time. */
export interface EncodedPart {
  readonly rowCount: number;
  readonly columns: readonly Column[];
  /** Primary keys to delete; undefined where there are none. */
  readonly deletedKeys: Column | undefined;
  readonly byteCount: number;
}

/**
 * Turns rows into the rows of columns, and keys into deletes, one at a time. A row either becomes a whole one or leaves
 * no trace but its report.
 *
 * A row of a partial update sets the fields that its record has, null included, and leaves the others as they are; only
 * rows that set the same fields go into one part.
 */
export class RowEncoder {
  readonly #plan: Plan;
  /** Whether unknown members go to the dynamic field; else they are violations. */
  readonly #keepsUnknown: boolean;
  readonly #isUpdate: boolean;
  readonly #columns: readonly ColumnBuilder[];
  readonly #dynamicColumn: ColumnBuilder | undefined;
  /** Keys to delete; undefined where Milvus makes the keys. */
  readonly #deletedKeys: ColumnBuilder | undefined;
  #rowCount = 0;
  #deleteCount = 0;
  #isLastDelete = false;
  /** Of a partial update: which columns the part's rows have; undefined before the first one. */
  #columnsSet: string | undefined;

  constructor(plan: Plan, keepsUnknown: boolean) {
    this.#plan = plan;
    this.#keepsUnknown = keepsUnknown;
    this.#isUpdate = plan.insertMode === InsertMode.UPDATE;
    this.#dynamicColumn = plan.dynamic && new ColumnBuilder(plan.dynamic);
    const columns = plan.fields.map((planned) => new ColumnBuilder(planned.plan));
    this.#columns = this.#dynamicColumn ? [...columns, this.#dynamicColumn] : columns;
    const key = plan.fields[plan.keyIndex];
    this.#deletedKeys = key && new ColumnBuilder({ ...key.plan, hasValidity: false });
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes of all columns' and keys' elements and validity, plus 16 for each row or delete. */
  get byteCount(): number {
    let sum = (this.#rowCount + this.#deleteCount) * entryBytes + (this.#deletedKeys?.byteCount ?? 0);
    for (const column of this.#columns) sum += column.byteCount;
    return sum;
  }

  /** Whether nothing has been encoded since the last `take`. */
  get isEmpty(): boolean {
    return this.#rowCount + this.#deleteCount === 0;
  }

  /** Whether the row may go into the same part as the rows before it. */
  fits(row: Row): boolean {
    return !this.#isUpdate || this.#rowCount === 0 || this.#columnsOf(row) === this.#columnsSet;
  }

  /** Adds the row, which fits, or reports all that is wrong with it. It comes only where the report is clean at the end. */
  add(row: Row, report: Report): void {
    for (const column of this.#columns) column.beginRow();
    for (const { code, finding } of row.problems) report.add(code, finding);
    for (let index = 0; index < row.values.length; index++) {
      if (!this.#isUpdate || this.#sets(row, index)) this.#encodeField(row, index, this.#columns[index], report);
    }
    this.#addUnknown(row, report);
    this.#isLastDelete = false;
    if (this.#isUpdate) this.#columnsSet = this.#columnsOf(row);
    if (report.isClean) this.#rowCount += 1;
    else for (const column of this.#columns) column.rollBackRow();
  }

  /** Adds a delete of the row's primary key, which is all of it that counts, likewise. */
  addDelete(row: Row, report: Report): void {
    const { keyIndex } = this.#plan;
    this.#deletedKeys?.beginRow();
    for (const { code, finding, fields } of row.problems) if (fields.includes(keyIndex)) report.add(code, finding);
    this.#encodeField(row, keyIndex, this.#deletedKeys, report);
    this.#isLastDelete = true;
    if (report.isClean) this.#deleteCount += 1;
    else this.#deletedKeys?.rollBackRow();
  }

  /** The primary key of a row as text; empty where it could not be read. */
  keyText({ values, documents }: Row): string {
    const value = values[this.#plan.keyIndex];
    const document = documents[this.#plan.keyIndex];
    if (!document || (value?.kind !== 'string' && value?.kind !== 'number')) return '';
    const quote = value.kind === 'string' ? 1 : 0;
    return shownRange(document, value.start + quote, value.end - quote);
  }

  /** Takes back the row or delete that was just added. */
  takeBack(): void {
    if (this.#isLastDelete) {
      this.#deletedKeys?.rollBackRow();
      this.#deleteCount -= 1;
    } else {
      for (const column of this.#columns) column.rollBackRow();
      this.#rowCount -= 1;
    }
  }

  /** Hands out all so far and begins anew. */
  take(): EncodedPart {
    const { byteCount } = this;
    const rowCount = this.#rowCount;
    const isSet = (index: number) => !this.#isUpdate || (rowCount > 0 && this.#columnsSet?.[index] === '1');
    const columns = this.#columns.flatMap((column, index) => (isSet(index) ? column.take() : []));
    const [deletedKeys] = this.#deleteCount > 0 ? (this.#deletedKeys?.take() ?? []) : [];
    this.#rowCount = 0;
    this.#deleteCount = 0;
    return { rowCount, columns, deletedKeys, byteCount };
  }

  /** Whether a row of a partial update sets the field; without its key it is no row. */
  #sets(row: Row, index: number): boolean {
    return row.values[index] !== undefined || index === this.#plan.keyIndex;
  }

  /** The columns that a row of a partial update has, a character for each. */
  #columnsOf(row: Row): string {
    const fields = row.values.map((_, index) => (this.#sets(row, index) ? '1' : '0'));
    return `${fields.join('')}${this.#setsDynamic(row) ? '1' : '0'}`;
  }

  /** Milvus merges the keys of a partial update into those that the dynamic field has. */
  #setsDynamic({ unknown }: Row): boolean {
    return !this.#isUpdate || (this.#keepsUnknown && unknown.length > 0);
  }

  #encodeField(row: Row, index: number, column: ColumnBuilder | undefined, report: Report): void {
    const planned = row.planned[index];
    const document = row.documents[index];
    if (!planned || !document || !column) return;
    const { plan, field } = planned;
    const value = row.values[index];
    const hasValue = value !== undefined && value.kind !== 'null';
    if (hasValue) field.encode(document, value, plan, column, report);
    else if (!plan.isNullable && !plan.hasDefault && (value || !row.isExplained(index))) {
      const finding = { path: plan.path, expected: field.expected(plan), found: value ? 'null' : 'nothing' };
      const { nullRefusal: message } = plan;
      report.add(value ? 'V011' : 'V010', message === undefined ? finding : { ...finding, message });
    }
    column.endRow(hasValue);
  }

  #addUnknown(row: Row, report: Report): void {
    const { document, unknown } = row;
    if (!this.#keepsUnknown) for (const member of unknown) this.#reportUnknown(document, member, report);
    if (!this.#dynamicColumn || !this.#setsDynamic(row)) return;
    const kept = this.#keepsUnknown ? unknown : [];
    for (const member of kept) {
      if (member.name !== dynamicFieldName) continue;
      const found = shownRange(document, member.value.start, member.value.end);
      report.add('V022', { path: memberPath('$', member.name), expected: 'another key', found });
    }
    addDynamicElement(document, kept, this.#dynamicColumn, report);
    this.#dynamicColumn.endRow(true);
  }

  #reportUnknown(document: Buffer, member: UnknownMember, report: Report): void {
    const meant = report.hasRoom ? nearestKey(member.name, this.#plan.indexByName.keys()) : undefined;
    const found = shownRange(document, member.value.start, member.value.end);
    report.add('V019', {
      path: member.path ?? memberPath('$', member.name),
      expected: 'a field of the collection',
      found,
      ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
    });
  }
}
