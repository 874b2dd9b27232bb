import { stringText } from '../formats/json-value.ts';
import { shownValue } from '../shown-text.ts';
import { type Field, reportWrongType } from './field.ts';

const expected = 'a date and time with an offset as text, such as "2026-01-31T12:00:00.5+01:00"';

/** RFC 3339, the profile of ISO 8601 that every server reads: `T`, seconds and an offset are always there. */
const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/;

/** Offsets that Milvus takes, minutes (its timestamptz package). */
const offsetMin = -12 * 60;
const offsetMax = 14 * 60;

/** No moment takes more characters than this. */
const charsMax = 35;

/**
 * A moment: `YYYY-MM-DDThh:mm:ss`, up to nine digits of a fraction, and `Z` or an offset from -12:00 to +14:00. Milvus
 * keeps microseconds, so digits behind them must be zeros. There are no leap seconds, no 24:00 and no year 0. The text
 * is sent as it is; Milvus makes the moment of it.
 */
export const timestamptz: Field = {
  expected: () => expected,
  encode(document, value, plan, column, report) {
    if (value.kind !== 'string') return reportWrongType(document, value, plan, expected, report);
    // Text that is longer is shown, and no moment, by its beginning; an escape takes at most six bytes.
    const isShort = value.end - value.start - 2 <= 6 * charsMax;
    const text = isShort
      ? stringText(document, value.start, value.end, value.escaped)
      : document.toString('utf8', value.start + 1, value.start + 1 + 6 * charsMax);
    const problem = isShort ? problemOf(text) : { code: 'V043' as const, message: 'the text is no date and time' };
    if (!problem) return column.addElement(Buffer.from(text));
    report.add(problem.code, { path: plan.path, message: problem.message, expected, found: shownValue(text) });
  },
};

interface Problem {
  readonly code: 'V043' | 'V044';
  /** Without anything of the text. */
  readonly message: string;
}

function problemOf(text: string): Problem | undefined {
  const match = form.exec(text);
  if (!match) return { code: 'V043', message: 'the text is no date and time of the form YYYY-MM-DDThh:mm:ssZ' };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', offset] = match.slice(7);
  const message =
    dateProblem(year, month, day) ?? timeProblem(hour, minute, second) ?? (offset ? offsetProblem(offset) : noOffset);
  if (message !== undefined) return { code: 'V043', message };
  if (!/[1-9]/.test(fraction.slice(6))) return undefined;
  return { code: 'V044', message: 'the fraction has digits behind the microseconds, which Milvus would drop' };
}

const noOffset = 'the time has no offset from UTC, so it is no moment';

function dateProblem(year: number, month: number, day: number): string | undefined {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  const exists = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days;
  return exists ? undefined : 'there is no such date';
}

function timeProblem(hour: number, minute: number, second: number): string | undefined {
  if (second === 60) return 'Milvus knows no leap seconds';
  return hour <= 23 && minute <= 59 && second <= 59 ? undefined : 'there is no such time of day';
}

function offsetProblem(offset: string): string | undefined {
  if (offset === 'Z') return undefined;
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  const sum = (hours * 60 + minutes) * (offset.startsWith('-') ? -1 : 1);
  return minutes <= 59 && sum >= offsetMin && sum <= offsetMax ? undefined : 'there is no such offset from UTC';
}
