import { escapeText } from '@millrace/errors';
import { type DeadLetter, likeness, readDeadLetter, toldLetter } from '../dead-letter.ts';
import { errorLines } from '../error-lines.ts';
import { dim, type Output, pairs } from '../output.ts';
import { readLast } from '../read-topic.ts';
import type { Settings } from '../settings.ts';

export interface DeadLettersOptions {
  /** How many letters at most. */
  readonly last: number;
  /** Also the whole record, with all its headers. */
  readonly full: boolean;
}

/** Prints the last records of a dead letter topic, as errors; nothing in them steers a terminal. */
export async function deadLetters(
  settings: Settings,
  topic: string,
  options: DeadLettersOptions,
  output: Output,
): Promise<void> {
  const letters = (await readLast(settings, topic, options.last)).slice(-options.last).map(readDeadLetter);
  if (letters.length === 0) output.line(`${topic} is empty`);
  for (const letter of letters) {
    for (const line of describeLetter(topic, letter, letters, output.draws)) output.line(line);
    if (options.full) for (const line of wholeRecord(letter)) output.line(line);
    output.line();
  }
}

/** One of several dead letters as lines for a person. */
export function describeLetter(
  topic: string,
  letter: DeadLetter,
  all: readonly DeadLetter[],
  draws: boolean,
): string[] {
  const alike = all.filter((other) => likeness(other) === likeness(letter)).length;
  return errorLines(toldLetter(letter, topic, alike, all.length), draws);
}

const valueCharsMax = 10_000;

/** The record itself; where values are masked, without them. */
function wholeRecord({ stored: { message }, headers, masked }: DeadLetter): string[] {
  const text = (bytes: Buffer | null) =>
    bytes === null ? dim('(null)') : escapeText(bytes.toString('utf8'), valueCharsMax);
  const own: [string, string][] = masked
    ? [['record', '*** (errors.mask.values)']]
    : [
        ['key', text(message.key)],
        ['value', text(message.value)],
      ];
  const shown = [...headers].filter(([name]) => !masked || name.startsWith('__'));
  return pairs([...own, ...shown.map(([name, value]) => [escapeText(name), escapeText(value, 1_000)] as const)], 3);
}
