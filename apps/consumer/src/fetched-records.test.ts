import type { KafkaMessage } from 'kafkajs';
import { expect, test } from 'vitest';
import { recordsOf } from './fetched-records.ts';

function message(more: Partial<KafkaMessage>): KafkaMessage {
  return { offset: '1', timestamp: '-1', attributes: 0, key: null, value: null, headers: {}, ...more } as KafkaMessage;
}

test('offsets and timestamps keep all their digits', () => {
  const [record] = recordsOf([message({ offset: '9223372036854775807' })]);
  expect(record).toMatchObject({ offset: 9223372036854775807n, timestampMs: -1n, key: null, value: null });
});

test('headers keep their bytes, whatever they are called', () => {
  const bytes = Buffer.from([0, 255]);
  // As kafkajs makes them: it asks a plain object whether it has the name already.
  const headers = { toString: [Object.prototype.toString, bytes], plain: bytes, twice: [bytes, bytes] };
  Object.defineProperty(headers, '__proto__', { value: [Object.prototype, bytes], enumerable: true });
  const [record] = recordsOf([message({ headers: headers as never })]);
  expect(Object.entries(record?.headers ?? {})).toEqual([
    ['toString', bytes],
    ['plain', bytes],
    ['twice', [bytes, bytes]],
    ['__proto__', bytes],
  ]);
});

test('a header without a value becomes an empty one, since kafkajs cannot write it again', () => {
  const [record] = recordsOf([message({ headers: { none: null as never } })]);
  expect(record?.headers.none).toEqual(Buffer.alloc(0));
});

test('a record does not keep the whole response of a broker in memory', () => {
  const response = Buffer.alloc(10_000_000, 'x');
  const headers = { one: response.subarray(200, 210), two: [response.subarray(210, 220), response.subarray(220, 230)] };
  const [record] = recordsOf([message({ key: response.subarray(0, 10), value: response.subarray(10, 200), headers })]);
  const held = new Set([record?.key?.buffer, record?.value?.buffer]);
  expect([...held].map((buffer) => buffer?.byteLength)).toEqual([230]);
  expect(record?.value).toEqual(Buffer.alloc(190, 'x'));
  expect(record?.headers).toMatchObject({
    one: Buffer.alloc(10, 'x'),
    two: [Buffer.alloc(10, 'x'), Buffer.alloc(10, 'x')],
  });
});

test('records that fill their response are not copied', () => {
  const response = Buffer.alloc(1_000_000, 'x');
  const [record] = recordsOf([message({ value: response.subarray(0, 600_000) })]);
  expect(record?.value?.buffer).toBe(response.buffer);
});
