import { float64Range, readFloat64 } from '../numbers/float64.ts';
import { shownRange } from '../shown-text.ts';
import { type Field, reportWrongType } from './field.ts';

const expected = `a number within ${float64Range}`;

/** A float64: the one nearest to the decimal text, ties to even; what would be infinite is refused. */
export const double: Field = {
  expected: () => expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'number') return reportWrongType(document, value, plan, expected, report);
    const number = readFloat64(document, value.start, value.end);
    if (Number.isFinite(number)) return column.addFloat64(number);
    report.add('V015', { path: plan.path, expected, found: shownRange(document, value.start, value.end) });
  },
};
