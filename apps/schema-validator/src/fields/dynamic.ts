import type { ColumnBuilder } from '../column-builder.ts';
import type { Report } from '../report.ts';
import type { UnknownMember } from '../shape/row.ts';
import { memberPath } from '../shown-text.ts';
import { reportInfiniteNumber } from './json.ts';

/** The name of Milvus's dynamic field. */
export const dynamicFieldName = '$meta';

/** Largest JSON text of one row, bytes: Milvus's common.JSONMaxLength. */
const bytesMax = 65_536;

/**
 * Appends the row's unknown fields as one JSON object to the column of the dynamic field. Keys and values keep their
 * text, so numbers of any length stay as they are.
 *
 * Milvus reads the object into a Go map before it writes anything, and refuses the request where a number is infinite
 * as a double, a key is `$meta`, or a key is the name of a field (`verifyDynamicFieldData` of `internal/proxy/util.go`);
 * it counts the bytes of the text (`checkJSONFieldData` of `validate_util.go`).
 */
export function addDynamicElement(
  document: Buffer,
  members: readonly UnknownMember[],
  column: ColumnBuilder,
  report: Report,
): void {
  let byteCount = 1 + Math.max(1, members.length);
  for (const { keyStart, keyEnd, value } of members) byteCount += keyEnd - keyStart + 1 + value.end - value.start;
  if (byteCount > bytesMax) {
    const message = `the fields for the dynamic field take ${byteCount} bytes together, Milvus takes ${bytesMax}`;
    report.add('V021', { path: '$', message, expected: `at most ${bytesMax} bytes`, found: `${byteCount} bytes` });
    return;
  }
  for (const { name, path = memberPath('$', name), value } of members) {
    reportInfiniteNumber(document, value, path, report);
  }
  const text = Buffer.allocUnsafe(byteCount);
  let at = text.write('{');
  for (const { keyStart, keyEnd, value } of members) {
    if (at > 1) at += text.write(',', at);
    at += document.copy(text, at, keyStart, keyEnd);
    at += text.write(':', at);
    at += document.copy(text, at, value.start, value.end);
  }
  text.write('}', at);
  column.addElement(text);
}
