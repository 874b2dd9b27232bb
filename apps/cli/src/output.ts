import { styleText } from 'node:util';

/** Where a command writes; replaced in tests. Colours and live lines are used only where a person watches. */
export interface Output {
  line(text?: string): void;
  /** A line that the next one replaces, on a terminal; `every` such line is dropped elsewhere. */
  live(text: string): void;
  /** A line beside the result, on standard error, so that a pipe gets the result alone. */
  aside(text: string): void;
  readonly isTerminal: boolean;
  /** Errors are drawn, with colours and marks; else they are told line by line. Not with NO_COLOR, nor into a pipe. */
  readonly draws: boolean;
}

export const terminal: Output = {
  line(text = '') {
    process.stdout.write(this.isTerminal ? `\r\x1b[K${text}\n` : `${text}\n`);
  },
  live(text) {
    // It is cut off at the margin: of a line that wraps, the next one would replace the last part alone.
    if (this.isTerminal) process.stdout.write(`\r\x1b[K\x1b[?7l${text}\x1b[?7h`);
  },
  aside(text) {
    process.stderr.write(`${text}\n`);
  },
  isTerminal: process.stdout.isTTY === true,
  // As `styleText` decides it: by the stream, NO_COLOR and FORCE_COLOR.
  draws: styleText('bold', 'x') !== 'x',
};

export const bold = (text: string): string => styleText('bold', text);
export const dim = (text: string): string => styleText('dim', text);
export const green = (text: string): string => styleText('green', text);
export const red = (text: string): string => styleText('red', text);

/** `12 345` for a person. */
export const grouped = (count: number | bigint): string => count.toLocaleString('en-US').replaceAll(',', ' ');

/** Name and value pairs, one a line, the values under each other. */
export function pairs(entries: readonly (readonly [name: string, value: string])[], indent = 2): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${' '.repeat(indent)}${dim(name.padEnd(width))}  ${value}`);
}
