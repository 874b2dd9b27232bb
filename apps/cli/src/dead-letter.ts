import type { ToldError, ToldViolation } from '@millrace/errors';
import type { KafkaMessage } from 'kafkajs';
import { grouped } from './output.ts';
import type { StoredRecord } from './read-topic.ts';
import { toViolation } from './told-json.ts';

const ours = '__millrace.';
const connect = '__connect.errors.';

/** What a dead letter says, by its last headers of each name: the ones that the last writer appended. */
export interface DeadLetter {
  readonly stored: StoredRecord;
  /** Every header, in order of first occurrence. */
  readonly headers: ReadonlyMap<string, string>;
  readonly violations: readonly ToldViolation[];
  /** Violations that the letter counts and does not list. */
  readonly omitted: number;
  /** errors.mask.values: nothing of the record is to be shown. */
  readonly masked: boolean;
}

/** Reads a record of a dead letter topic, ours or Kafka Connect's, or any other. */
export function readDeadLetter(stored: StoredRecord): DeadLetter {
  const headers = lastHeaders(stored.message);
  const violations = listedViolations(headers.get(`${ours}error.violations`)) ?? [onlyViolation(headers)];
  const count = Number(headers.get(`${ours}error.count`) ?? violations.length);
  return {
    stored,
    headers,
    violations,
    omitted: Number.isInteger(count) ? Math.max(0, count - violations.length) : 0,
    masked: headers.get(`${ours}error.masked`) === 'true',
  };
}

/** The letter as an error. `alike` is how many of the `read` letters have its first code and path. */
export function toldLetter(letter: DeadLetter, topic: string, alike: number, read: number): ToldError {
  const { stored, headers, violations, omitted, masked } = letter;
  const { message, partition } = stored;
  const at = momentOf(headers.get(`${ours}timestamp`) ?? message.timestamp);
  const among = read > 1 ? `  (${alike} like this among the last ${read})` : '';
  const replays = headers.get(`${ours}replay_count`) ?? '0';
  return {
    kind: 'error',
    violations,
    omitted,
    place: placeOf(headers),
    about: aboutOf(letter),
    value: message.value,
    key: message.key,
    masked,
    facts: [
      ['sent to', `${topic}-${partition} @ ${grouped(Number(message.offset))}${among}`],
      ['time', at],
      ...(replays === '0' ? [] : [['replayed', `${replays} times`] as const]),
    ],
  };
}

/** A producer may have put in anything, also what is no date. */
function momentOf(milliseconds: string): string {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? `${milliseconds} ms since 1970` : date.toISOString();
}

/** Letters of the same code at the same path. */
export function likeness({ violations: [first] }: DeadLetter): string {
  return `${first?.code}\n${first?.path}`;
}

function lastHeaders({ headers = {} }: KafkaMessage): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, String([value].flat().at(-1) ?? '')]));
}

function placeOf(headers: ReadonlyMap<string, string>): string {
  const [topic, partition, offset] = ['topic', 'partition', 'offset'].map(
    (name) => headers.get(ours + name) ?? headers.get(connect + name),
  );
  if (topic === undefined || partition === undefined || offset === undefined) return '';
  return `${topic}-${partition} @ offset ${/^\d+$/.test(offset) ? grouped(BigInt(offset)) : offset}`;
}

/** Longest key that is shown in the place of an error, characters. */
const keyCharsMax = 40;

function aboutOf({ stored, headers, masked }: DeadLetter): string[] {
  const { key } = stored.message;
  const text = key?.toString('utf8') ?? '';
  const shown = text.length > keyCharsMax ? `${text.slice(0, keyCharsMax)}…` : text;
  const [primaryKey, trace] = [headers.get(`${ours}pk`), headers.get(`${ours}trace_id`)];
  return [
    key === null ? 'no key' : `key ${masked ? '***' : JSON.stringify(shown)}`,
    ...(primaryKey ? [`primary key ${primaryKey}`] : []),
    ...(trace ? [`trace ${trace}`] : []),
  ];
}

/** The one that the single headers tell of. */
function onlyViolation(headers: ReadonlyMap<string, string>): ToldViolation {
  const error = (name: string) => headers.get(`${ours}error.${name}`);
  return {
    code: error('code') ?? 'dead letter',
    path: error('path') ?? '',
    message: error('message') ?? headers.get(`${connect}exception.message`) ?? 'no header says what was wrong',
    expected: '',
    found: '',
    hint: error('hint') ?? '',
  };
}

/** Undefined where the header is not there or is not what we write: anybody may write to a topic. */
function listedViolations(text: string | undefined): readonly ToldViolation[] | undefined {
  let list: unknown;
  try {
    list = JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
  return Array.isArray(list) && list.length > 0 ? list.map(toViolation) : undefined;
}
