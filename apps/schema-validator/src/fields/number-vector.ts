import type { ColumnBuilder } from '../column-builder.ts';
import { readBase64 } from '../formats/base64.ts';
import { type JsonValue, kindOf, skipPlain, skipValue, skipWhitespace } from '../formats/json-value.ts';
import type { Report } from '../report.ts';
import { elementPath, shownRange } from '../shown-text.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';

/** How the numbers of a vector are stored. */
export interface NumberForm {
  /** Such as `float32`. */
  readonly name: string;
  readonly bytesEach: number;
  /** The largest number, for people. */
  readonly most: string;
  /** Appends the number nearest to the decimal one in [start, end); false, and nothing appended, where it is infinite. */
  add(document: Buffer, start: number, end: number, column: ColumnBuilder): boolean;
  /** The number at a byte of base64, little-endian; what is not finite as NaN or an infinity. */
  read(bytes: Buffer, at: number): number;
}

/**
 * A vector of floating-point numbers: a list of `dim` JSON numbers, each stored as the one of the form that is nearest
 * to its text, read straight into the column; or base64 of the vector's bytes, little-endian, stored as they are. What is
 * infinite or NaN is refused in both.
 */
export function numberVector(form: NumberForm): Field {
  const element = `a number within ±${form.most} (${form.name})`;
  const list = ({ dim }: FieldPlan) => `a list of ${dim} numbers`;
  const base64 = ({ dim }: FieldPlan) => `base64 of ${dim * form.bytesEach} bytes`;
  const expected = (plan: FieldPlan) => `${list(plan)}, or ${base64(plan)}`;
  const encode: Field['encode'] = (document, value, plan, column, report) => {
    const bytes = value.kind === 'string' ? readBase64(document, value) : undefined;
    if (bytes) return addBytes(bytes, plan, column, report);
    if (value.kind !== 'array') return reportWrongType(document, value, plan, expected(plan), report);
    const count = addList(document, value, plan, column, report);
    if (count === plan.dim) return;
    const message = `vector has ${count} numbers, the collection wants ${plan.dim}`;
    report.add('V017', { path: plan.path, message, expected: list(plan), found: `${count} numbers` });
  };
  return { expected, encode };

  function addBytes(bytes: Buffer, plan: FieldPlan, column: ColumnBuilder, report: Report): void {
    const wanted = plan.dim * form.bytesEach;
    if (bytes.length !== wanted) {
      const message = `vector has ${bytes.length} bytes, the collection wants ${wanted}: ${plan.dim} numbers of ${form.bytesEach} bytes (${form.name})`;
      const finding = { path: plan.path, message, expected: base64(plan), found: `${bytes.length} bytes` };
      const hint = widthHint(bytes.length / plan.dim);
      report.add('V017', hint === undefined ? finding : { ...finding, hint });
      return;
    }
    for (let index = 0; index < plan.dim; index++) {
      const number = form.read(bytes, index * form.bytesEach);
      if (Number.isFinite(number)) continue;
      report.add('V046', { path: elementPath(plan.path, index), expected: element, found: String(number) });
    }
    column.addBytes(bytes);
  }

  /** Where the bytes are as many numbers as the field wants, but of another width. */
  function widthHint(bytesEach: number): string | undefined {
    if (![1, 2, 4, 8].includes(bytesEach)) return undefined;
    return `these are as many numbers of ${bytesEach} bytes each; encode them as ${form.name}, little-endian`;
  }

  /** Appends the list's numbers, at most `dim`, and returns how many elements it has. */
  function addList(document: Buffer, list: JsonValue, plan: FieldPlan, column: ColumnBuilder, report: Report): number {
    let at = skipWhitespace(document, list.start + 1);
    let index = 0;
    for (; document[at] !== 0x5d; index++) {
      const isNumber = kindOf(document[at]) === 'number';
      const end = isNumber ? skipPlain(document, at) : skipValue(document, at);
      // The length is wrong already where there are more numbers; their values no longer matter.
      const isGood = isNumber && (index >= plan.dim || form.add(document, at, end, column));
      if (!isGood) {
        const path = elementPath(plan.path, index);
        report.add(isNumber ? 'V015' : 'V018', { path, expected: element, found: shownRange(document, at, end) });
      }
      at = skipWhitespace(document, end);
      if (document[at] === 0x2c) at = skipWhitespace(document, at + 1);
    }
    return index;
  }
}
