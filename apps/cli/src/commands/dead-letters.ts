import { escapeText } from '@millrace/connector-config';
import type { IHeaders } from 'kafkajs';
import { bold, dim, type Output, pairs, red } from '../output.ts';
import { readLast, type StoredRecord } from '../read-topic.ts';
import type { Settings } from '../settings.ts';

const ours = '__millrace.';

/** Prints the last records of a dead letter topic: what was wrong, then the record as it was, with nothing that steers a terminal. */
export async function deadLetters(settings: Settings, topic: string, count: number, output: Output): Promise<void> {
  const letters = await readLast(settings, topic, count);
  if (letters.length === 0) output.line(`${topic} is empty`);
  for (const letter of letters.slice(-count)) {
    for (const line of describeLetter(topic, letter)) output.line(line);
    output.line();
  }
}

/** One dead letter as lines for a person. */
export function describeLetter(topic: string, { partition, message }: StoredRecord): string[] {
  const headers = readHeaders(message.headers ?? {});
  const error = (name: string) => headers.get(`${ours}error.${name}`);
  const at = new Date(Number(message.timestamp)).toISOString();
  const from = ['topic', 'partition', 'offset'].map((name) => headers.get(`${ours}${name}`));
  const entries: [string, string | undefined][] = [
    ['path', error('path')],
    ['hint', error('hint')],
    ['from', from.includes(undefined) ? undefined : `${from[0]}-${from[1]} @ ${from[2]}`],
    ['key', text(message.key)],
    ['value', text(message.value)],
  ];
  const shown = new Set(['error.code', 'error.message', 'error.path', 'error.hint', 'topic', 'partition', 'offset']);
  const rest = [...headers].filter(([name]) => !(name.startsWith(ours) && shown.has(name.slice(ours.length))));
  const told = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return [
    `${red(error('code') ?? 'dead letter')}  ${bold(error('message') ?? '')}`,
    ...pairs(told),
    ...pairs(rest),
    dim(`  ${topic}-${partition} @ ${message.offset}, ${at}`),
  ];
}

const valueCharsMax = 1_000;

const text = (bytes: Buffer | null): string =>
  bytes === null ? dim('(null)') : escapeText(bytes.toString('utf8'), valueCharsMax);

/** A header that occurs several times is shown with its last value, the one that the last writer appended. */
function readHeaders(headers: IHeaders): Map<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      return [escapeText(name), escapeText(String(last ?? ''), valueCharsMax)];
    }),
  );
}
