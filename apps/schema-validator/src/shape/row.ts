import type { ViolationCode } from '@millrace/errors';
import type { JsonMember, JsonValue } from '../formats/json-value.ts';
import type { PlannedField } from '../plan.ts';
import type { Finding } from '../report.ts';

/** What is wrong with how a record fills its row, before its values are looked at. */
export interface RowProblem {
  readonly code: ViolationCode;
  readonly finding: Finding;
  /** The fields that have no value because of it; nothing else is said of them. */
  readonly fields: readonly number[];
}

/** A member that fills no field of the collection; its path where the record calls it otherwise. */
export interface UnknownMember extends JsonMember {
  readonly path?: string;
}

/**
 * What one record puts into the fields of its row: for each field of the plan the value, the document that it is in
 * and the plan that has its path. One object serves all records of a lane, one after the other.
 */
export class Row {
  /** The record's value; the unknown members are in it. */
  document: Buffer = noBytes;
  readonly values: (JsonValue | undefined)[];
  readonly documents: Buffer[];
  readonly planned: PlannedField[];
  unknown: UnknownMember[] = [];
  problems: RowProblem[] = [];
  readonly #fields: readonly PlannedField[];
  #isReplanned = false;

  constructor(fields: readonly PlannedField[]) {
    this.#fields = fields;
    this.values = fields.map(() => undefined);
    this.documents = fields.map(() => noBytes);
    this.planned = [...fields];
  }

  /** Forgets the record before. */
  begin(document: Buffer = noBytes): void {
    this.document = document;
    this.values.fill(undefined);
    if (this.#isReplanned) this.#planAnew();
    if (this.unknown.length > 0) this.unknown = [];
    if (this.problems.length > 0) this.problems = [];
  }

  set(index: number, document: Buffer, value: JsonValue): void {
    this.values[index] = value;
    this.documents[index] = document;
  }

  /** Has the field's violations show another path than usual. */
  plan(index: number, planned: PlannedField): void {
    this.planned[index] = planned;
    this.#isReplanned = true;
  }

  /** Whether the field has no value for a reason that is told already. */
  isExplained(index: number): boolean {
    return this.problems.some(({ fields }) => fields.includes(index));
  }

  #planAnew(): void {
    for (const [index, planned] of this.#fields.entries()) this.planned[index] = planned;
    this.#isReplanned = false;
  }
}

const noBytes = Buffer.alloc(0);
