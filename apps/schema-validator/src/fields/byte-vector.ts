import type { ColumnBuilder } from '../column-builder.ts';
import { readBase64 } from '../formats/base64.ts';
import { type JsonValue, kindOf, skipPlain, skipValue, skipWhitespace } from '../formats/json-value.ts';
import { readInteger } from '../numbers/integer.ts';
import type { Report } from '../report.ts';
import { elementPath, shownRange } from '../shown-text.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';

export interface ByteRange {
  readonly least: number;
  readonly most: number;
  /** Bytes of a vector of so many dimensions. */
  bytesOf(dim: number): number;
}

/**
 * A vector of bytes: a list of that many integers in the range, none of them rounded or clipped, or base64 of exactly
 * these bytes. Every byte is a value, so that base64 of the right length holds nothing bad.
 */
export function byteVector(range: ByteRange): Field {
  const element = `an integer from ${range.least} to ${range.most}`;
  const expected = ({ dim }: FieldPlan) => {
    const bytes = range.bytesOf(dim);
    return `a list of ${bytes} integers from ${range.least} to ${range.most}, or base64 of ${bytes} bytes`;
  };
  const encode: Field['encode'] = (document, value, plan, column, report) => {
    const wanted = range.bytesOf(plan.dim);
    const bytes = value.kind === 'string' ? readBase64(document, value) : undefined;
    if (value.kind !== 'array' && !bytes) return reportWrongType(document, value, plan, expected(plan), report);
    const count = bytes?.length ?? addList(document, value, plan, column, report);
    if (count !== wanted) {
      const message = `vector has ${count} bytes, the collection wants ${wanted}`;
      report.add('V017', { path: plan.path, message, expected: expected(plan), found: `${count} bytes` });
    } else if (bytes) column.addBytes(bytes);
  };
  return { expected, encode };

  /** Appends the list's integers, at most as many as the vector has, and returns how many elements it has. */
  function addList(document: Buffer, list: JsonValue, plan: FieldPlan, column: ColumnBuilder, report: Report): number {
    const wanted = range.bytesOf(plan.dim);
    let at = skipWhitespace(document, list.start + 1);
    let index = 0;
    for (; document[at] !== 0x5d; index++) {
      const isNumber = kindOf(document[at]) === 'number';
      const end = isNumber ? skipPlain(document, at) : skipValue(document, at);
      const integer = isNumber ? readInteger(document, at, end) : 'huge';
      if (typeof integer === 'string' || integer < range.least || integer > range.most) {
        const code = !isNumber ? 'V018' : integer === 'fraction' ? 'V014' : 'V013';
        report.add(code, {
          path: elementPath(plan.path, index),
          expected: element,
          found: shownRange(document, at, end),
        });
      } else if (index < wanted) column.addByte(Number(integer));
      at = skipWhitespace(document, end);
      if (document[at] === 0x2c) at = skipWhitespace(document, at + 1);
    }
    return index;
  }
}
