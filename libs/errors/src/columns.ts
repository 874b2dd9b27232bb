import { escapeText } from './escape-text.ts';

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const none = /\p{M}/u;

/** Columns that a printable text takes on a terminal: two for wide characters, none for marks on another one. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += none.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return columns;
}

/** A text made safe for a terminal, and cut to at most `columnsMax` columns. */
export function shortened(text: string, columnsMax: number): string {
  const safe = escapeText(text, Math.min(4 * columnsMax, text.length));
  if (fitting(safe, columnsMax) === safe.length) return safe;
  return `${safe.slice(0, fitting(safe, columnsMax - 1))}…`;
}

/** How many characters of a text fit into so many columns. */
function fitting(text: string, columnsMax: number): number {
  let columns = 0;
  let end = 0;
  for (const char of text) {
    columns += columnsOf(char);
    if (columns > columnsMax) break;
    end += char.length;
  }
  return end;
}
