import { escapeText } from '@millrace/errors';

export { elementPath, escapeText, memberPath } from '@millrace/errors';

/** Longest `found` of a violation, characters (lane.proto). */
const foundCharsMax = 80;

/** What was found in the record, safe to print, at most 80 characters. */
export function shownValue(text: string): string {
  return shorten(escapeText(text.slice(0, foundCharsMax * 2)), foundCharsMax);
}

/** The value in [start, end) of a document as `found` shows it. */
export function shownRange(bytes: Buffer, start: number, end: number): string {
  const enough = Math.min(end, start + foundCharsMax * 4);
  return shownValue(bytes.toString('utf8', start, enough));
}

function shorten(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
