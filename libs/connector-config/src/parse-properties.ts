import { Pair, parseLines } from 'dot-properties';
import { LineIndex } from './line-index.ts';
import type { Entry, Report } from './problem.ts';

// A backslash-u that is itself not escaped, without its four digits. Java refuses the whole file.
const brokenUnicodeEscape = /(?<!\\)(?:\\\\)*\\u(?![0-9a-fA-F]{4})/;

/**
 * The keys of a `.properties` file in their order, as `java.util.Properties` reads them: `=`, `:` or white space
 * separates, `#` and `!` begin comments, a backslash continues a line or escapes a character. A key given twice counts
 * as its last one, and a note says so. Lines end in `\n`.
 */
export function parseProperties(file: string, text: string, report: Report): Entry[] {
  const index = new LineIndex(file, text);
  const entries = new Map<string, Entry>();
  for (const node of parseLines(text, true)) {
    if (!(node instanceof Pair) || node.range === undefined) continue;
    const [start, , , end] = node.range;
    const position = index.at(start);
    if (brokenUnicodeEscape.test(text.slice(start, end))) {
      report.problem(position, 'a \\u escape needs four hexadecimal digits after it; write a backslash as \\\\');
    }
    const earlier = entries.get(node.key);
    if (earlier !== undefined) {
      report.note(position, keyName(node.key), `set before in line ${earlier.line ?? '?'}; this one counts`);
    }
    entries.set(node.key, { ...position, key: node.key, text: node.value });
  }
  return [...entries.values()];
}

/**
 * A key fit to be shown. A stray line of a file is read as a key too, and it may be part of a secret: what does not look
 * like a key is not repeated.
 */
export function keyName(key: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/.test(key) && key.length <= 100 ? key : undefined;
}
