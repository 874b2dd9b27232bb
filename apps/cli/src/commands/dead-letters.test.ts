import { stripVTControlCharacters } from 'node:util';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { expect, it } from 'vitest';
import { describeLetter } from './dead-letters.ts';

const message = (value: string | null, headers: IHeaders): KafkaMessage => ({
  key: Buffer.from('k\x07'),
  value: value === null ? null : Buffer.from(value),
  timestamp: '0',
  attributes: 0,
  offset: '12',
  headers,
});

const shown = (letter: KafkaMessage) =>
  describeLetter('the.letters', { partition: 3, message: letter }).map(stripVTControlCharacters);

it('a dead letter shows what was wrong, where it came from and the record as it was', () => {
  const headers = {
    '__millrace.error.code': Buffer.from('vector-length'),
    '__millrace.error.message': Buffer.from('7 numbers, the collection wants 8'),
    '__millrace.error.path': Buffer.from('$.title_vector'),
    '__millrace.error.hint': Buffer.from('send 8'),
    '__millrace.topic': Buffer.from('topic_0'),
    '__millrace.partition': Buffer.from('1'),
    '__millrace.offset': Buffer.from('44'),
    mine: [Buffer.from('first'), Buffer.from('last')],
  };
  expect(shown(message('{"id":2}', headers))).toEqual([
    'vector-length  7 numbers, the collection wants 8',
    '  path   $.title_vector',
    '  hint   send 8',
    '  from   topic_0-1 @ 44',
    '  key    k\\u{7}',
    '  value  {"id":2}',
    '  mine  last',
    '  the.letters-3 @ 12, 1970-01-01T00:00:00.000Z',
  ]);
});

it('nothing in a dead letter steers the terminal', () => {
  const text = shown(message('\x1b[2J\u202e\r\n', { 'a\x1b]0;x': Buffer.from('\x9b2J') })).join('\n');
  for (const steering of ['\x1b', '\x9b', '\r', '\u202e']) expect(text).not.toContain(steering);
  expect(text).toContain('\\u{1b}[2J\\u{202e}');
});

it('a record without headers and value shows as one', () => {
  expect(shown(message(null, {}))).toEqual([
    'dead letter  ',
    '  key    k\\u{7}',
    '  value  (null)',
    '  the.letters-3 @ 12, 1970-01-01T00:00:00.000Z',
  ]);
});
