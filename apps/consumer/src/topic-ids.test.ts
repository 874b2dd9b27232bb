import { expect, test } from 'vitest';
import { topicIdsIn } from './topic-ids.ts';

const text = (value: string) => Buffer.concat([Buffer.from([value.length + 1]), Buffer.from(value)]);
const int = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const tags = Buffer.from([1, 7, 2, 0xff, 0xff]);

function topic(error: number, name: string, id: string): Buffer {
  const ints = (...values: number[]) => Buffer.concat([Buffer.from([values.length + 1]), ...values.map(int)]);
  const partition = Buffer.concat([Buffer.alloc(2), int(0), int(1), int(4), ints(1, 2), ints(1), ints(), tags]);
  const head = Buffer.concat([Buffer.from([0, error]), text(name), Buffer.from(id, 'hex'), Buffer.from([0])]);
  return Buffer.concat([head, Buffer.from([3]), partition, partition, int(-1), tags]);
}

/** As a broker writes it in version 10, with a section of tags that nobody knows wherever there may be one. */
function response(...topics: Buffer[]): Buffer {
  const broker = Buffer.concat([int(1), text('kafka-1'), int(9092), Buffer.from([0]), tags]);
  const front = Buffer.concat([tags, int(0), Buffer.from([2]), broker, text('cluster'), int(1)]);
  return Buffer.concat([front, Buffer.from([topics.length + 1]), ...topics, int(-1), tags]);
}

test('ids are read behind everything else that a response holds', () => {
  const [books, pens] = ['0123456789abcdef0123456789abcdef', 'f'.repeat(32)];
  expect(topicIdsIn(response(topic(0, 'books', books), topic(0, 'pens', pens)))).toEqual(
    new Map([
      ['books', books],
      ['pens', pens],
    ]),
  );
});

test('a topic that does not exist has none, nor one of a broker that knows no ids', () => {
  expect(topicIdsIn(response(topic(3, 'gone', 'f'.repeat(32)), topic(0, 'old', '0'.repeat(32)))).size).toBe(0);
});

test('a response that is cut short is an error wherever the cut is', () => {
  const whole = response(topic(0, 'books', 'a'.repeat(32)));
  for (let length = 0; length < whole.length - tags.length - 4; length++) {
    expect(() => topicIdsIn(whole.subarray(0, length))).toThrow(RangeError);
  }
});
