import { stringText } from '../formats/json-value.ts';
import { shownValue } from '../shown-text.ts';
import { type Field, reportWrongType } from './field.ts';
import { wktProblem } from './wkt.ts';

const expected = 'a geometry as well-known text, such as "POINT (8.5 47.4)"';

/** A geometry as well-known text (wkt.ts), sent as it is. */
export const geometry: Field = {
  expected: () => expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'string') return reportWrongType(document, value, plan, expected, report);
    const text = stringText(document, value.start, value.end, value.escaped);
    const problem = wktProblem(text);
    if (!problem) return column.addElement(Buffer.from(text));
    const { wanted, at } = problem;
    const message = `the text is no geometry: character ${at + 1} should be ${wanted}`;
    report.add('V045', { path: plan.path, message, expected, found: shownValue(text.slice(at)) || 'the end' });
  },
};
