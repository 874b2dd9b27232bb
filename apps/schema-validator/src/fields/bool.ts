import type { Field } from './field.ts';
import { reportWrongType } from './field.ts';

const expected = 'true or false';

export const bool: Field = {
  expected: () => expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'boolean') return reportWrongType(document, value, plan, expected, report);
    column.addVarint(document[value.start] === 0x74 ? 1 : 0);
  },
};
