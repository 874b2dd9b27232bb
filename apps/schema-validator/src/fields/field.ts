import type { ColumnBuilder, ColumnLayout } from '../column-builder.ts';
import type { JsonValue } from '../formats/json-value.ts';
import type { Report } from '../report.ts';
import { shownRange, shownValue } from '../shown-text.ts';
import type { SparseLeast } from './since.ts';

/** What a collection says of one field that records fill. */
export interface FieldPlan extends ColumnLayout {
  /** The field's JSON path in a record. */
  readonly path: string;
  /** Missing and null are allowed, and mean null. */
  readonly isNullable: boolean;
  /** Missing and null are allowed, and mean the default. */
  readonly hasDefault: boolean;
  /** Why there can be no null in a field that the collection has as nullable, or with a default. */
  readonly nullRefusal: string | undefined;
  /** VarChar, also as elements of an Array: bytes of UTF-8. */
  readonly maxLength: number;
  /** Arrays, also of structs: most elements; zero otherwise. */
  readonly maxCapacity: number;
  readonly members: readonly FieldPlan[];
  /** Sparse vectors: the least that the server takes. */
  readonly sparseLeast: SparseLeast;
}

/** How the values of one Milvus type are checked and encoded. */
export interface Field {
  /** What the collection wants, in words for `expected`. */
  expected(plan: FieldPlan): string;
  /**
   * Appends the one element of a value that is not null, or reports why it cannot be one; then whatever was appended
   * is taken back with the row. Never throws, whatever the value.
   */
  encode(document: Buffer, value: JsonValue, plan: FieldPlan, column: ColumnBuilder, report: Report): void;
}

/** Reports a value of another JSON type than the field takes. */
export function reportWrongType(
  document: Buffer,
  value: JsonValue,
  plan: FieldPlan,
  expected: string,
  report: Report,
): void {
  const text = shownRange(document, value.start, value.end);
  const found = value.kind === 'boolean' || value.kind === 'null' ? text : shownValue(`${value.kind} ${text}`);
  const hint = hintFor(value, expected);
  report.add('V012', { path: plan.path, expected, found, ...(hint === undefined ? {} : { hint }) });
}

function hintFor(value: JsonValue, expected: string): string | undefined {
  if (value.kind === 'string' && expected.includes('base64')) {
    return 'send the numbers as a list without quotes, or their bytes as base64 with padding (RFC 4648)';
  }
  if (value.kind === 'string' && /number|integer|true/.test(expected)) {
    return 'send it without quotes; text is never converted';
  }
  return undefined;
}
