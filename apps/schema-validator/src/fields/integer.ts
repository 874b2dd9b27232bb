import { readInteger } from '../numbers/integer.ts';
import { shownRange } from '../shown-text.ts';
import { type Field, reportWrongType } from './field.ts';

/**
 * A signed integer field of so many bits. Integral decimals (`1.0`, `1e3`) are integers, since nothing is lost; `-0`
 * is 0. Text is no integer, and no digit is lost on the way: nothing goes through a double.
 */
export function integerField(bits: 8 | 16 | 32 | 64): Field {
  const most = 2n ** BigInt(bits - 1) - 1n;
  const least = -most - 1n;
  // Comparing a number with a bigint is slow, and a number has 15 digits at most.
  const mostNumber = Number(most);
  const leastNumber = Number(least);
  const isWithin = (integer: number | bigint) =>
    typeof integer === 'number' ? integer >= leastNumber && integer <= mostNumber : integer >= least && integer <= most;
  const expected = `an integer from ${least} to ${most}`;
  return {
    expected: () => expected,
    encode(document, value, plan, column, report) {
      if (value.kind !== 'number') return reportWrongType(document, value, plan, expected, report);
      const integer = readInteger(document, value.start, value.end);
      if (typeof integer !== 'string' && isWithin(integer)) return column.addVarint(integer);
      const found = shownRange(document, value.start, value.end);
      report.add(integer === 'fraction' ? 'V014' : 'V013', { path: plan.path, expected, found });
    },
  };
}
