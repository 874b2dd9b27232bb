import { placesOf } from '../formats/json-position.ts';
import { type JsonValue, skipPlain } from '../formats/json-value.ts';
import { float64Range } from '../numbers/float64.ts';
import { infiniteNumberAt } from '../numbers/infinite-number.ts';
import type { Report } from '../report.ts';
import { shownRange } from '../shown-text.ts';
import type { Field } from './field.ts';

/** Largest JSON text of one value, bytes: Milvus's common.JSONMaxLength. */
const bytesMax = 65_536;

const expected = `any JSON value of at most ${bytesMax} bytes`;

/**
 * A JSON field: any value but null, which means that there is no value. Its text is kept as it is in the record, white
 * space included, so that no number loses a digit; these bytes are what Milvus's limit counts (`checkJSONFieldData` of
 * `internal/proxy/validate_util.go`). A number that is infinite as a double is refused: Milvus 2.3 refuses the whole
 * request for it, and later ones keep the text, but can read no part of it in a filter.
 */
export const json: Field = {
  expected: () => expected,
  encode(document, { start, end }, plan, column, report) {
    const byteCount = end - start;
    if (byteCount > bytesMax) {
      const message = `the JSON text is ${byteCount} bytes long, Milvus takes ${bytesMax}`;
      report.add('V040', { path: plan.path, message, expected, found: `${byteCount} bytes` });
    } else if (!reportInfiniteNumber(document, { start, end }, plan.path, report))
      column.addElement(document, start, end);
  },
};

/** Reports the first number of a value, which has the path, that is infinite as a double; with the number's own path. */
export function reportInfiniteNumber(
  document: Buffer,
  { start, end }: Pick<JsonValue, 'start' | 'end'>,
  path: string,
  report: Report,
): boolean {
  const at = infiniteNumberAt(document, start, end);
  if (at < 0) return false;
  const [place] = placesOf(document, [at], start, path);
  report.add('V015', {
    path: place?.path ?? path,
    message: 'the number in the JSON is too large for Milvus to read',
    expected: `numbers within ${float64Range}`,
    found: shownRange(document, at, skipPlain(document, at)),
    hint: 'send a smaller number, or the number as text',
  });
  return true;
}
