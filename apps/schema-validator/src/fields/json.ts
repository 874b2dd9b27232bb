import type { Field } from './field.ts';

/** Largest JSON text of one value, bytes: Milvus's common.JSONMaxLength. */
const bytesMax = 65_536;

const expected = `any JSON value of at most ${bytesMax} bytes`;

/**
 * A JSON field: any value but null, which means that there is no value. Its text is kept as it is in the record, white
 * space included, so that no number loses a digit; these bytes are what Milvus's limit counts.
 */
export const json: Field = {
  expected: () => expected,
  encode(document, { start, end }, plan, column, report) {
    const byteCount = end - start;
    if (byteCount <= bytesMax) return column.addElement(document, start, end);
    const message = `the JSON text is ${byteCount} bytes long, Milvus takes ${bytesMax}`;
    report.add('V040', { path: plan.path, message, expected, found: `${byteCount} bytes` });
  },
};
