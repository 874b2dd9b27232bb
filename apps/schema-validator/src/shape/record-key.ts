import type { FormatLimits } from '../formats/format.ts';
import type { PlannedField } from '../plan.ts';
import type { BatchRecord } from '../record-batch.ts';
import { type KnownKeyFormat, keyFormats, keyPath } from './key-formats.ts';
import { pathText } from './path-text.ts';
import { PathTree } from './path-tree.ts';
import type { Row } from './row.ts';
import type { Filler } from './shape.ts';

/** Largest key or value, bytes, and deepest nesting of one that is JSON. */
export interface RecordLimits extends FormatLimits {
  readonly recordBytesMax: number;
}

/** The primary key as the record's key: the whole of it, or where that is a JSON object the member at the path. */
interface KeyedPrimaryKey {
  readonly index: number;
  readonly whole: PlannedField;
  readonly member: PlannedField;
  readonly tree: PathTree;
}

/** Fills fields from the record's key, which is read once for all of them. */
export class RecordKey implements Filler {
  readonly #format: KnownKeyFormat;
  readonly #limits: RecordLimits;
  readonly #tree = new PathTree();
  readonly #fields: number[] = [];
  #primaryKey: KeyedPrimaryKey | undefined;

  constructor(format: KnownKeyFormat, limits: RecordLimits) {
    this.#format = format;
    this.#limits = limits;
  }

  /** Has the field filled with what is at the path of the key; an empty path means the whole key. */
  addField(index: number, path: readonly string[]): void {
    this.#tree.add(path, index);
    this.#fields.push(index);
  }

  /** Has the primary key filled, which is the whole key unless that is a JSON object. */
  addPrimaryKey(index: number, planned: PlannedField, path: readonly string[]): void {
    const at = (fieldPath: string): PlannedField => ({ ...planned, plan: { ...planned.plan, path: fieldPath } });
    const tree = new PathTree();
    tree.add(path, index);
    this.#primaryKey = { index, whole: at(keyPath), member: at(pathText(keyPath, path)), tree };
    this.#fields.push(index);
  }

  fill({ key }: BatchRecord, row: Row): void {
    if (key === undefined) this.#missing(row);
    else if (key.length > this.#limits.recordBytesMax) this.#tooLarge(key.length, row);
    else this.#read(key, row);
  }

  #read(key: Buffer, row: Row): void {
    const reading = keyFormats[this.#format](key, this.#limits);
    if ('code' in reading) {
      row.problems.push({ ...reading, fields: this.#fields });
      return;
    }
    const { document, value } = reading;
    const set = (index: number, found: typeof value) => row.set(index, document, found);
    this.#tree.visit(document, value, set);
    if (!this.#primaryKey) return;
    const { index, whole, member, tree } = this.#primaryKey;
    const isObject = value.kind === 'object';
    row.plan(index, isObject ? member : whole);
    if (isObject) tree.visit(document, value, set);
    else set(index, value);
  }

  /** Other fields are left out where the record has no key; the primary key cannot be. */
  #missing(row: Row): void {
    if (!this.#primaryKey) return;
    const { index, whole } = this.#primaryKey;
    const finding = { path: keyPath, expected: whole.field.expected(whole.plan), found: 'no key' };
    row.problems.push({ code: 'V062', finding, fields: [index] });
  }

  #tooLarge(byteCount: number, row: Row): void {
    const { recordBytesMax } = this.#limits;
    const message = `the record's key has ${byteCount} bytes, the limit is ${recordBytesMax}`;
    const expected = `at most ${recordBytesMax} bytes`;
    const finding = { path: keyPath, message, expected, found: `${byteCount} bytes` };
    row.problems.push({ code: 'V008', finding, fields: this.#fields });
  }
}
