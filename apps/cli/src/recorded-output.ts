import { stripVTControlCharacters } from 'node:util';
import type { Output } from './output.ts';

/** An output for tests: it keeps the lines, without their colours. */
export function recordedOutput(draws = false): Output & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    line: (text = '') => {
      lines.push(stripVTControlCharacters(text));
    },
    live: () => {},
    aside: () => {},
    isTerminal: false,
    draws,
  };
}
