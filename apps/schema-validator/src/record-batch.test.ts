import { describe, expect, test } from 'vitest';
import { ContractError, checkShape, recordsOf, valuesOnly } from './record-batch.ts';
import { recordBatch } from './testing/record-batches.ts';

const records = [
  { value: '{"id":1}', key: 'a', timestampMs: 5n, headers: { x: 'one', y: '' } },
  { value: null, key: '', timestampMs: 7n },
  { value: '', headers: { x: 'three' }, timestampMs: -1n },
];
const batch = recordBatch(records, { firstOffset: 40n, firstTimestampMs: 1_000n, offsetDeltas: [0n, 3n, 4n] });
const everything = { keys: true, timestamps: true, headers: ['x', 'y'] };

test('records come with views of their values, keys and headers, with offsets and timestamps', () => {
  checkShape(batch, everything);
  const read = [...recordsOf(batch)];
  const text = (bytes: Buffer | undefined) => bytes?.toString();
  expect(read.map(({ offset, timestampMs }) => [offset, timestampMs])).toEqual([
    [40n, 1_005n],
    [43n, 1_007n],
    [44n, 999n],
  ]);
  expect(read.map(({ value, key }) => [text(value), text(key)])).toEqual([
    ['{"id":1}', 'a'],
    [undefined, ''],
    ['', undefined],
  ]);
  expect(read.map((record) => [text(record.header('x')), text(record.header('y'))])).toEqual([
    ['one', ''],
    [undefined, undefined],
    ['three', undefined],
  ]);
  expect(read[0]?.header('z')).toBeUndefined();
  expect(read[0]?.value?.buffer).toBe(batch.values.buffer);
});

test('a batch of values alone is enough for a lane that reads no more', () => {
  const bare = { ...batch, keys: Buffer.alloc(0), keySizes: [], headers: [], timestampDeltasMs: [] };
  expect(() => checkShape(bare, valuesOnly)).not.toThrow();
  expect([...recordsOf(bare)].map(({ key }) => key)).toEqual([undefined, undefined, undefined]);
});

describe('a batch is refused', () => {
  const { keySizes, headers } = batch;
  const [x] = headers;
  if (!x) throw new Error('the batch has headers');
  test.each([
    ['without keys that the lane reads', { keys: Buffer.alloc(0), keySizes: [] }, 'key sizes for 3'],
    ['with a key too few', { keySizes: keySizes.slice(1) }, 'key sizes for 3'],
    ['with key bytes that nobody has', { keys: Buffer.alloc(9) }, 'key sizes sum to 1'],
    ['without timestamps that the lane reads', { timestampDeltasMs: [] }, '0 timestamps for 3'],
    ['with a timestamp too many', { timestampDeltasMs: [0n, 0n, 0n, 0n] }, '4 timestamps for 3'],
    ['without a header that the lane reads', { headers: [x] }, 'no column of header `y`'],
    ['with a header twice', { headers: [...headers, x] }, 'a header column twice'],
    ['with a header of too many records', { headers: [{ ...x, valueSizes: [1, 1, 1, 1] }] }, '4 header `x` sizes'],
    ['with header bytes that nobody has', { headers: [{ ...x, values: Buffer.alloc(1) }] }, 'header `x` sizes sum'],
  ])('%s', (_, wrong, message) => {
    const check = () => checkShape({ ...batch, ...wrong }, everything);
    expect(check).toThrow(ContractError);
    expect(check).toThrow(message);
  });
});
