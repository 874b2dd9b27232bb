import { readFloat32 } from '../numbers/float32.ts';
import { shownRange } from '../shown-text.ts';
import { type Field, reportWrongType } from './field.ts';

const expected = 'a number within ±3.4028235e38 (float32)';

/** A float32: the one nearest to the decimal text, ties to even; what would be infinite is refused. */
export const float: Field = {
  expected: () => expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'number') return reportWrongType(document, value, plan, expected, report);
    const number = readFloat32(document, value.start, value.end);
    if (Number.isFinite(number)) return column.addFloat32(number);
    report.add('V015', { path: plan.path, expected, found: shownRange(document, value.start, value.end) });
  },
};
