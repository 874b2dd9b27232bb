import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordReader } from './record-reader.ts';

/** The plain way to write a zigzag varint. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]);
}

const anyLong = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer().map(BigInt),
  fc
    .nat({ max: 62 })
    .chain((bits) => fc.constantFrom(2n ** BigInt(bits), -(2n ** BigInt(bits)), 2n ** BigInt(bits) - 1n)),
);

test('numbers of up to 64 bits keep all their digits', () => {
  fc.assert(
    fc.property(anyLong, (value) => {
      const reader = new RecordReader(varint(value), 0);
      expect(BigInt(reader.long())).toBe(value);
      expect(reader.at).toBe(reader.end);
    }),
  );
});

test('numbers of up to 32 bits are what they are', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      const reader = new RecordReader(varint(BigInt(value)), 0);
      expect(reader.int()).toBe(value);
      expect(reader.at).toBe(reader.end);
    }),
  );
});

test('a number that does not end is refused, within what is there and within its length', () => {
  const endless = Buffer.alloc(20, 0x80);
  expect(() => new RecordReader(endless, 0).int()).toThrow('longer than 32 bits');
  expect(() => new RecordReader(endless, 0).long()).toThrow('longer than 64 bits');
  expect(() => new RecordReader(endless, 0, 3).int()).toThrow('ends within a record');
  expect(() => new RecordReader(endless, 0, 3).long()).toThrow('ends within a record');
});

test('a part is a view of its bytes, and one that would end beyond the record is refused', () => {
  const bytes = Buffer.from([6, 1, 2, 3, 1, 0, 9]);
  const reader = new RecordReader(bytes, 0, 6);
  expect(reader.part()).toEqual(Buffer.from([1, 2, 3]));
  expect(reader.part()).toBeNull();
  expect(reader.part()).toEqual(Buffer.alloc(0));
  expect(() => new RecordReader(bytes, 0, 3).part()).toThrow('a part ends beyond its record');
  expect(() => new RecordReader(Buffer.from([3, 0]), 0).part()).toThrow('a part ends beyond its record');
});
