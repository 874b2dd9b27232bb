import type { KafkaMessage } from 'kafkajs';
import { expect, test } from 'vitest';
import { recordsOf } from './fetched-records.ts';

function message(more: Partial<KafkaMessage>): KafkaMessage {
  return {
    offset: '1',
    timestamp: '-1',
    attributes: 0,
    key: null,
    value: null,
    headers: read(),
    ...more,
  } as KafkaMessage;
}

/** Headers as the hooks let kafkajs read them. */
function read(...pairs: readonly [string, Buffer | null][]): never {
  return pairs.map(([key, value]) => ({ key, value })) as never;
}

test('offsets and timestamps keep all their digits', () => {
  const [record] = recordsOf([message({ offset: '9223372036854775807' })]);
  expect(record).toMatchObject({ offset: 9223372036854775807n, timestampMs: -1n, key: null, value: null });
});

test('headers keep their order, their bytes and their nulls, whatever they are called', () => {
  const bytes = Buffer.from([0, 255]);
  const [record] = recordsOf([message({ headers: read(['b', bytes], ['toString', null], ['b', Buffer.alloc(0)]) })]);
  expect(record?.headers).toEqual([
    { name: 'b', value: bytes },
    { name: 'toString', value: null },
    { name: 'b', value: Buffer.alloc(0) },
  ]);
});

test('headers that kafkajs has put on an object are refused: some may be lost', () => {
  expect(() => recordsOf([message({ headers: { a: Buffer.alloc(1) } })])).toThrow(/no longer reads headers/);
});

test('a record does not keep the whole response of a broker in memory', () => {
  const response = Buffer.alloc(10_000_000, 'x');
  const headers = read(['one', response.subarray(200, 210)], ['two', response.subarray(210, 230)]);
  const [record] = recordsOf([message({ key: response.subarray(0, 10), value: response.subarray(10, 200), headers })]);
  const held = new Set([record?.key?.buffer, record?.value?.buffer]);
  expect([...held].map((buffer) => buffer?.byteLength)).toEqual([230]);
  expect(record?.value).toEqual(Buffer.alloc(190, 'x'));
  expect(record?.headers.map(({ value }) => value)).toEqual([Buffer.alloc(10, 'x'), Buffer.alloc(20, 'x')]);
  expect(new Set(record?.headers.map(({ value }) => value?.buffer))).toEqual(held);
});

test('records that fill their response are not copied', () => {
  const response = Buffer.alloc(1_000_000, 'x');
  const [record] = recordsOf([message({ value: response.subarray(0, 600_000) })]);
  expect(record?.value?.buffer).toBe(response.buffer);
});
