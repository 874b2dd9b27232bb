import { type Column, type ElementForm, elementFormOf } from '@millrace/contracts';
import { readVarint, varintEnd } from './varint.ts';

/** A batch that breaks the contract of inserter.proto: the caller's mistake, never a rejection. */
export class MalformedBatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedBatch';
  }
}

/** One column of a batch, cut by rows without looking into an element further than its length. */
export class ColumnRun {
  readonly column: Column;
  /** Where element i begins; one more entry for the end. Absent where all elements have one size. */
  readonly #starts: Uint32Array | undefined;
  readonly #elementBytes: number;
  /** How many rows before row i have a value; absent where all have one. */
  readonly #valuesBefore: Uint32Array | undefined;

  /** @throws MalformedBatch when the run does not hold exactly one element per row that has a value. */
  constructor(column: Column, rowCount: number) {
    this.column = column;
    const form = elementFormOf(column.type, column.dim);
    if (form === undefined) throw malformed(column, `type ${column.type} with dim ${column.dim} is not known`);
    this.#valuesBefore = column.valid.length > 0 ? countValues(column, rowCount) : undefined;
    const values = this.#valuesBefore?.[rowCount] ?? rowCount;
    this.#elementBytes = typeof form === 'number' ? form : 0;
    this.#starts = typeof form === 'number' ? undefined : scan(column, form, values);
    const end = this.#starts?.[values] ?? this.#elementBytes * values;
    if (end !== column.elements.length) {
      throw malformed(column, `${values} elements end at byte ${end} of ${column.elements.length}`);
    }
  }

  /** The elements and the validity of rows `from` up to but not including `to`; both empty where there are none. */
  slice(from: number, to: number): { readonly elements: Buffer; readonly valid: Buffer } {
    const elements = this.column.elements.subarray(this.#start(from), this.#start(to));
    return { elements, valid: this.column.valid.subarray(from, to) };
  }

  #start(row: number): number {
    const element = this.#valuesBefore?.[row] ?? row;
    return this.#starts?.[element] ?? this.#elementBytes * element;
  }
}

function countValues(column: Column, rowCount: number): Uint32Array {
  if (column.valid.length !== rowCount) throw malformed(column, `validity of ${column.valid.length} rows`);
  const before = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const valid = column.valid[row] ?? 2;
    if (valid > 1) throw malformed(column, `validity ${valid}`);
    before[row + 1] = (before[row] ?? 0) + valid;
  }
  return before;
}

function scan(column: Column, form: Exclude<ElementForm, number>, count: number): Uint32Array {
  const { elements } = column;
  const starts = new Uint32Array(count + 1);
  let at = 0;
  for (let element = 0; element < count; element++) {
    at = form === 'varint' ? varintEnd(elements, at) : taggedEnd(elements, at, form.tag);
    if (at === -1 || at > elements.length) throw malformed(column, `element ${element} of ${count} is cut off`);
    starts[element + 1] = at;
  }
  return starts;
}

function taggedEnd(bytes: Buffer, at: number, tag: number): number {
  if (bytes[at] !== tag) return -1;
  const body = varintEnd(bytes, at + 1);
  return body === -1 ? -1 : body + readVarint(bytes, at + 1);
}

function malformed(column: Column, what: string): MalformedBatch {
  return new MalformedBatch(`column ${JSON.stringify(column.fieldName.slice(0, 255))}: ${what}`);
}
