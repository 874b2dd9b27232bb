import type { ColumnBuilder } from '../column-builder.ts';
import { type JsonValue, kindOf, skipPlain, skipValue, skipWhitespace } from '../formats/json-value.ts';
import { readFloat32 } from '../numbers/float32.ts';
import type { Report } from '../report.ts';
import { elementPath, shownRange } from '../shown-text.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';

const element = 'a number within ±3.4028235e38 (float32)';

function expected(plan: FieldPlan): string {
  return `a list of ${plan.dim} numbers`;
}

/** A vector of float32 as a list of JSON numbers, each the nearest float32 to its text, read straight into the column. */
export const floatVector: Field = {
  expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'array') return reportWrongType(document, value, plan, expected(plan), report);
    const count = addNumbers(document, value, plan, column, report);
    if (count === plan.dim) return;
    const message = `vector has ${count} numbers, the collection wants ${plan.dim}`;
    report.add('V017', { path: plan.path, message, expected: expected(plan), found: `${count} numbers` });
  },
};

/** Appends the list's numbers, at most `dim`, and returns how many elements it has. */
function addNumbers(document: Buffer, list: JsonValue, plan: FieldPlan, column: ColumnBuilder, report: Report): number {
  let at = skipWhitespace(document, list.start + 1);
  let index = 0;
  for (; document[at] !== 0x5d; index++) {
    const isNumber = kindOf(document[at]) === 'number';
    const end = isNumber ? skipPlain(document, at) : skipValue(document, at);
    const number = isNumber ? readFloat32(document, at, end) : Number.NaN;
    if (!Number.isFinite(number)) {
      const path = elementPath(plan.path, index);
      report.add(isNumber ? 'V015' : 'V018', { path, expected: element, found: shownRange(document, at, end) });
    } else if (index < plan.dim) column.addFloat32(number);
    at = skipWhitespace(document, end);
    if (document[at] === 0x2c) at = skipWhitespace(document, at + 1);
  }
  return index;
}
