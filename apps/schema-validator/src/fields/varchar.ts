import { stringText } from '../formats/json-value.ts';
import { type Field, type FieldPlan, reportWrongType } from './field.ts';

function expected(plan: FieldPlan): string {
  return `a string of at most ${plan.maxLength} bytes (UTF-8)`;
}

/** Text, byte for byte; Milvus counts max_length in bytes of UTF-8. */
export const varchar: Field = {
  expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'string') return reportWrongType(document, value, plan, expected(plan), report);
    const text = value.escaped ? Buffer.from(stringText(document, value.start, value.end, true)) : undefined;
    const byteCount = text ? text.length : value.end - value.start - 2;
    if (byteCount > plan.maxLength) {
      const message = `the text is ${byteCount} bytes long, the field takes ${plan.maxLength}`;
      report.add('V016', { path: plan.path, message, expected: expected(plan), found: `${byteCount} bytes` });
    } else if (text) column.addElement(text);
    else column.addElement(document, value.start + 1, value.end - 1);
  },
};
