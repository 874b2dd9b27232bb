import { stripVTControlCharacters } from 'node:util';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { expect, it } from 'vitest';
import { readDeadLetter } from '../dead-letter.ts';
import { describeLetter } from './dead-letters.ts';

const message = (value: string | null, headers: IHeaders): KafkaMessage => ({
  key: Buffer.from('k\x07'),
  value: value === null ? null : Buffer.from(value),
  timestamp: '0',
  attributes: 0,
  offset: '12',
  headers,
});

const letterOf = (letter: KafkaMessage) => readDeadLetter({ partition: 3, message: letter });
const shown = (letter: KafkaMessage, draws = true) =>
  describeLetter('the.letters', letterOf(letter), [letterOf(letter)], draws).map(stripVTControlCharacters);

const violation = {
  code: 'V017',
  path: '$.title_vector',
  message: 'vector has 7 numbers, the collection wants 8',
  expected: 'a list of 8 numbers',
  found: '7 numbers',
  hint: 'send 8',
};
const more = { ...violation, code: 'V012', path: '$.id', message: 'wrong type', expected: 'an integer', found: '"2"' };

function headersOf(violations: unknown, others: IHeaders = {}): IHeaders {
  return {
    '__millrace.error.violations': JSON.stringify(violations),
    '__millrace.error.count': '2',
    '__millrace.topic': 'topic_0',
    '__millrace.partition': '1',
    '__millrace.offset': '18244113',
    '__millrace.pk': '2',
    '__millrace.trace_id': '4f2c',
    ...others,
  };
}

it('a dead letter shows what was wrong, in which record and which part of it', () => {
  const record = '{"id": "2", "title_vector": [1, 2, 3, 4, 5, 6, 7]}';
  expect(shown(message(record, headersOf([violation, more])))).toEqual([
    'error[V017]: vector has 7 numbers, the collection wants 8',
    '  --> topic_0-1 @ offset 18 244 113   $.title_vector   (key "k\\u0007", primary key 2, trace 4f2c)',
    '   |  "title_vector": [1, 2, 3, 4, 5, 6, 7]',
    '   |                  ^^^^^^^^^^^^^^^^^^^^^',
    '   = expected: a list of 8 numbers; found 7 numbers',
    '   = sent to: the.letters-3 @ 12',
    '   = time: 1970-01-01T00:00:00.000Z',
    '   = help: send 8',
    '   = docs: docs/errors/V017.md',
    'and[V012]: wrong type',
    '  --> $.id',
    '   |  "id": "2"',
    '   |        ^^^',
    '   = expected: an integer; found "2"',
    '   = help: send 8',
    '   = docs: docs/errors/V012.md',
  ]);
});

it('without a terminal it is told line by line', () => {
  const lines = shown(message('{"title_vector": [1]}', headersOf([violation])), false);
  expect(lines.slice(0, 5)).toEqual([
    'error V017: vector has 7 numbers, the collection wants 8',
    'place: topic_0-1 @ offset 18 244 113',
    'path: $.title_vector',
    'record: key "k\\u0007", primary key 2, trace 4f2c',
    'excerpt: "title_vector": [1]',
  ]);
  expect(lines).toContain('not listed: 1 more');
  expect(lines.join()).not.toContain('^');
});

it('the time is the record’s, whatever the letter’s is, and be it no date', () => {
  const timeOf = (timestamp: string) =>
    shown(message('{}', headersOf([violation], { '__millrace.timestamp': timestamp })), false).find((line) =>
      line.startsWith('time: '),
    );
  expect(timeOf('1700000000123')).toBe('time: 2023-11-14T22:13:20.123Z');
  expect(timeOf('1700000000123456789')).toBe('time: 1700000000123456789 ms since 1970');
});

it('letters of the same code and path are counted', () => {
  const one = letterOf(message('{}', headersOf([violation])));
  const other = letterOf(message('{}', headersOf([more])));
  const lines = describeLetter('letters', one, [one, other, one], false);
  expect(lines).toContain('sent to: letters-3 @ 12  (2 like this among the last 3)');
});

it('values that are masked are not shown', () => {
  const record = '{"id": "2", "title_vector": "canary"}';
  const masked = headersOf([{ ...violation, found: '***' }], {
    '__millrace.error.masked': 'true',
    '__millrace.pk': '***',
  });
  const lines = shown(message(record, masked)).join('\n');
  expect(lines).not.toMatch(/canary|k\\u/);
  expect(lines).toContain('"title_vector": ***');
  expect(lines).toContain('(key ***, primary key ***, trace 4f2c)');
});

it('a letter of another writer shows what it has', () => {
  const foreign = {
    '__connect.errors.topic': 'orders',
    '__connect.errors.partition': '0',
    '__connect.errors.offset': '7',
    '__connect.errors.exception.message': 'Converting byte[] to Kafka Connect data failed',
  };
  expect(shown(message('x', foreign)).slice(0, 2)).toEqual([
    'error[dead letter]: Converting byte[] to Kafka Connect data failed',
    '  --> orders-0 @ offset 7   (key "k\\u0007")',
  ]);
  expect(shown(message(null, {}))[0]).toBe('error[dead letter]: no header says what was wrong');
});

it.each(['{', '[]', '[1]', '"x"', '[{"code": {"a": 1}}]', 'null'])(
  'headers that are not ours break nothing: %s',
  (text) => {
    const lines = shown(
      message('{}', headersOf([], { '__millrace.error.violations': text, '__millrace.error.count': 'many' })),
    );
    expect(lines[0]).toMatch(/^error\[/);
  },
);

it('nothing in a dead letter steers the terminal', () => {
  const hostile = '\x1b[2J\u202e\r\n\x9b';
  const all = Object.fromEntries(Object.keys(violation).map((name) => [name, hostile]));
  const headers = headersOf([all], {
    '__millrace.topic': hostile,
    '__millrace.pk': hostile,
    '__millrace.trace_id': hostile,
  });
  for (const draws of [true, false]) {
    for (const line of shown(message(hostile, headers), draws)) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});
