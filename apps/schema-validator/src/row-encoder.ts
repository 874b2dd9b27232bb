import { nearestKey } from '@millrace/connector-config';
import { type Column, UnknownFields } from '@millrace/contracts';
import { ColumnBuilder } from './column-builder.ts';
import { addDynamicElement, dynamicFieldName } from './fields/dynamic.ts';
import type { Format, FormatLimits } from './formats/format.ts';
import type { JsonMember } from './formats/json-value.ts';

import type { Plan, PlannedField } from './plan.ts';
import type { Report } from './report.ts';
import { memberPath, shownRange } from './shown-text.ts';

/** Rows cost more than their elements: what every row counts for besides (inserter.proto, byte_count). */
const rowBytes = 16;

/**
 * Turns records into the rows of columns, one at a time. A record either becomes a whole row or leaves no trace but
 * its report.
 */
export class RowEncoder {
  readonly #plan: Plan;
  readonly #format: Format;
  readonly #limits: FormatLimits;
  readonly #unknownFields: UnknownFields;
  readonly #columns: readonly ColumnBuilder[];
  readonly #dynamicColumn: ColumnBuilder | undefined;
  /** The record's members by the field that they fill. */
  readonly #members: (JsonMember | undefined)[];
  #rowCount = 0;

  constructor(plan: Plan, format: Format, limits: FormatLimits, unknownFields: UnknownFields) {
    this.#plan = plan;
    this.#format = format;
    this.#limits = limits;
    this.#unknownFields = unknownFields;
    this.#dynamicColumn = plan.dynamic && new ColumnBuilder(plan.dynamic);
    const columns = plan.fields.map((planned) => new ColumnBuilder(planned.plan));
    this.#columns = this.#dynamicColumn ? [...columns, this.#dynamicColumn] : columns;
    this.#members = plan.fields.map(() => undefined);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes of all columns' elements and validity, plus 16 for each row. */
  get byteCount(): number {
    let sum = this.#rowCount * rowBytes;
    for (const column of this.#columns) sum += column.byteCount;
    return sum;
  }

  /** Adds the record's row, or reports all that is wrong with it; the report is clean when it comes. */
  add(document: Buffer, report: Report): void {
    this.#members.fill(undefined);
    for (const column of this.#columns) column.beginRow();
    const members = this.#format.read(document, this.#limits, report);
    if (members) this.#encode(document, members, report);
    if (report.isClean) this.#rowCount += 1;
    else for (const column of this.#columns) column.rollBackRow();
  }

  /** The primary key of the record that was just added or refused, as text; empty where it could not be read. */
  keyText(document: Buffer): string {
    const value = this.#members[this.#plan.keyIndex]?.value;
    if (value?.kind !== 'string' && value?.kind !== 'number') return '';
    const quote = value.kind === 'string' ? 1 : 0;
    return shownRange(document, value.start + quote, value.end - quote);
  }

  /** Takes back the row that was just added. */
  takeBack(): void {
    for (const column of this.#columns) column.rollBackRow();
    this.#rowCount -= 1;
  }

  /** Hands out the columns of all rows so far and begins anew. */
  take(): readonly Column[] {
    this.#rowCount = 0;
    return this.#columns.flatMap((column) => column.take());
  }

  #encode(document: Buffer, members: readonly JsonMember[], report: Report): void {
    const unknown: JsonMember[] = [];
    for (const member of members) {
      const index = this.#plan.indexByName.get(member.name);
      if (index !== undefined) this.#members[index] = member;
      else if (!this.#refusesGenerated(document, member, report)) unknown.push(member);
    }
    this.#plan.fields.forEach((planned, index) => {
      const column = this.#columns[index];
      if (column) encodeField(document, this.#members[index], planned, column, report);
    });
    this.#addUnknown(document, unknown, report);
  }

  #refusesGenerated(document: Buffer, member: JsonMember, report: Report): boolean {
    const reason = this.#plan.generated.get(member.name);
    if (reason === undefined) return false;
    const found = shownRange(document, member.value.start, member.value.end);
    report.add('V020', { path: memberPath('$', member.name), expected: `no value: ${reason}`, found });
    return true;
  }

  #addUnknown(document: Buffer, unknown: readonly JsonMember[], report: Report): void {
    if (this.#dynamicColumn) {
      for (const member of unknown) {
        if (member.name !== dynamicFieldName) continue;
        const found = shownRange(document, member.value.start, member.value.end);
        report.add('V022', { path: memberPath('$', member.name), expected: 'another key', found });
      }
      addDynamicElement(document, unknown, this.#dynamicColumn, report);
      this.#dynamicColumn.endRow(true);
    } else if (this.#unknownFields !== UnknownFields.IGNORE) {
      for (const member of unknown) this.#reportUnknown(document, member, report);
    }
  }

  #reportUnknown(document: Buffer, member: JsonMember, report: Report): void {
    const meant = report.hasRoom ? nearestKey(member.name, this.#plan.indexByName.keys()) : undefined;
    const found = shownRange(document, member.value.start, member.value.end);
    report.add('V019', {
      path: memberPath('$', member.name),
      expected: 'a field of the collection',
      found,
      ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
    });
  }
}

function encodeField(
  document: Buffer,
  member: JsonMember | undefined,
  { plan, field }: PlannedField,
  column: ColumnBuilder,
  report: Report,
): void {
  const hasValue = member !== undefined && member.value.kind !== 'null';
  if (hasValue) field.encode(document, member.value, plan, column, report);
  else if (!plan.isNullable && !plan.hasDefault) {
    const found = member ? 'null' : 'nothing';
    const finding = { path: plan.path, expected: field.expected(plan), found };
    const { nullRefusal: message } = plan;
    report.add(member ? 'V011' : 'V010', message === undefined ? finding : { ...finding, message });
  }
  column.endRow(hasValue);
}
