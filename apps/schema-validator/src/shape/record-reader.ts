import { Tombstones } from '@millrace/contracts';
import type { Format, FormatReader } from '../formats/format.ts';
import type { JsonMember } from '../formats/json-value.ts';
import type { BatchRecord } from '../record-batch.ts';
import type { Report } from '../report.ts';
import { memberPath, shownRange } from '../shown-text.ts';
import { floatMembersOf } from './float-members.ts';
import type { RecordLimits } from './record-key.ts';
import { renamedOnto, renameUnknown } from './renamed-members.ts';
import { Row } from './row.ts';
import type { Destination, Shape } from './shape.ts';

/** What a record asks for; a rejected one could not be read so far that it asks for anything. */
export type Intent = 'row' | 'delete' | 'filtered' | 'rejected';

type To<Kind extends Destination['kind']> = Extract<Destination, { readonly kind: Kind }>;

/** Reads records one at a time into the row of a lane, as its shape says. */
export class RecordReader {
  /** What the record that was read last puts into its row, or the key that it deletes. */
  readonly row: Row;
  readonly #shape: Shape;
  readonly #values: FormatReader;
  readonly #limits: RecordLimits;
  readonly #newNames = new Map<JsonMember, string>();

  constructor(shape: Shape, format: Format, limits: RecordLimits) {
    this.row = new Row(shape.fields);
    this.#shape = shape;
    this.#values = format.newReader(limits, floatMembersOf(shape));
    this.#limits = limits;
  }

  /** What is wrong with the bytes of the record is reported; what is wrong with its fields is left to the row. */
  read(record: BatchRecord, report: Report): Intent {
    const { value } = record;
    if (value === undefined) return this.#readTombstone(record, report);
    this.row.begin(value);
    if (value.length > this.#limits.recordBytesMax) return this.#refuseSize(value.length, report);
    const members = this.#values.read(value, report);
    if (!members) return 'rejected';
    for (const member of members) this.#place(value, member);
    if (this.#newNames.size > 0) {
      renameUnknown(this.row, this.#newNames);
      this.#newNames.clear();
    }
    for (const filler of this.#shape.fillers) filler.fill(record, this.row);
    return this.#shape.marker?.marks(value, members) ? 'delete' : 'row';
  }

  #readTombstone(record: BatchRecord, report: Report): Intent {
    this.row.begin();
    const { tombstones, tombstoneKey } = this.#shape;
    if (tombstones === Tombstones.IGNORE) return 'filtered';
    if (tombstoneKey) {
      tombstoneKey.fill(record, this.row);
      return 'delete';
    }
    report.add('V009', { path: '$', expected: 'a JSON object', found: 'no value (a tombstone)' });
    return 'rejected';
  }

  #refuseSize(byteCount: number, report: Report): Intent {
    const { recordBytesMax } = this.#limits;
    const message = `the record's value has ${byteCount} bytes, the limit is ${recordBytesMax}`;
    const expected = `at most ${recordBytesMax} bytes`;
    report.add('V008', { path: '$', message, expected, found: `${byteCount} bytes` });
    return 'rejected';
  }

  #place(document: Buffer, member: JsonMember): void {
    const { destination, inner } = this.#shape.routes.get(member.name) ?? this.#shape.rest;
    if (destination.kind === 'field') this.#fill(document, member, destination);
    else if (destination.kind === 'unknown') this.#keepUnknown(member, destination.renamedTo);
    else if (destination.kind === 'refused') this.#refuse(document, member, destination);
    inner?.visit(document, member.value, (index, value) => this.row.set(index, document, value));
  }

  #fill(document: Buffer, { name, value }: JsonMember, { index, renamed }: To<'field'>): void {
    const { row } = this;
    if (row.values[index]) {
      // Members differ in their names, so only a renaming leads two of them to one field.
      const fieldName = this.#shape.fields[index]?.plan.name ?? '';
      row.problems.push(renamedOnto(fieldName, memberPath('$', name), [index]));
      return;
    }
    if (renamed) row.plan(index, renamed);
    row.set(index, document, value);
  }

  #keepUnknown(member: JsonMember, renamedTo: string | undefined): void {
    this.row.unknown.push(member);
    if (renamedTo !== undefined) this.#newNames.set(member, renamedTo);
  }

  #refuse(document: Buffer, { name, value }: JsonMember, { code, expected }: To<'refused'>): void {
    const found = shownRange(document, value.start, value.end);
    this.row.problems.push({ code, finding: { path: memberPath('$', name), expected, found }, fields: [] });
  }
}
