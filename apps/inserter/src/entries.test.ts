import { type Column, FieldType } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { MalformedBatch } from './column-run.ts';
import { canJoin, Rows } from './rows.ts';
import { entityBatch, type TestField } from './testing/entity-batch.ts';

const fields: readonly TestField[] = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'title', type: FieldType.VARCHAR, hasValidity: true },
  { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
];
const rows = [
  { id: 1n, title: 'a', vector: [1, 2] },
  { id: -1n, title: null, vector: [3, 4] },
];
const good = entityBatch(fields, rows, { firstOffset: 40n });

const withColumn = (index: number, change: Partial<Column>) => ({
  ...good,
  columns: good.columns.map((column, at) => (at === index ? { ...column, ...change } : column)),
});

test('a batch counts for its elements, its validity and 16 bytes for each row', () => {
  expect(new Rows(good).byteCount).toBe(11 + 3 + 2 + 16 + 2 * 16);
  expect(BigInt(new Rows(good).byteCount)).toBe(good.byteCount);
});

test('offsets count from the first one', () => {
  expect([0, 1].map((row) => new Rows({ ...good, offsetDeltas: [0n, 7n] }).offset(row))).toEqual([40n, 47n]);
});

test('a nullable column, or none, is no key', () => {
  expect(new Rows(good).keys('title')).toBeUndefined();
  expect(new Rows(good).keys('nothing')).toBeUndefined();
  expect(new Set(new Rows(good).keys('id')).size).toBe(2);
});

const malformed: readonly (readonly [string, object])[] = [
  ['a varint too few', withColumn(0, { elements: Buffer.from([1]) })],
  ['a varint too many', withColumn(0, { elements: Buffer.from([1, 2, 3]) })],
  ['a varint cut off', withColumn(0, { elements: Buffer.from([1, 0x80]) })],
  ['a varint of eleven bytes', withColumn(0, { elements: Buffer.from([1, ...new Array(10).fill(0x80), 1]) })],
  ['a text longer than its run', withColumn(1, { elements: Buffer.from([0x0a, 5, 97]) })],
  ['a text with another tag', withColumn(1, { elements: Buffer.from([0x12, 1, 97]) })],
  ['validity of another number of rows', withColumn(1, { valid: Buffer.from([1]) })],
  ['validity that is neither 0 nor 1', withColumn(1, { valid: Buffer.from([1, 2]) })],
  ['a vector one number short', withColumn(2, { elements: Buffer.alloc(12) })],
  ['a vector without a dim', withColumn(2, { dim: 0 })],
  ['a type that is not known', withColumn(0, { type: 0 })],
  ['an offset too few', { ...good, offsetDeltas: [0n] }],
  ['a field twice', withColumn(1, { fieldName: 'id' })],
  ['rows without columns', { ...good, columns: [] }],
];

describe('a batch that breaks the contract is malformed', () => {
  test.each(malformed)('%s', (_, change) => {
    expect(() => new Rows({ ...good, ...change })).toThrow(MalformedBatch);
  });
});

test('columns join only where fields, order, types, dim and validity are the same', () => {
  const other = (change: Partial<Column>) => canJoin(new Rows(good), new Rows(withColumn(0, change)));
  expect(canJoin(new Rows(good), new Rows(good))).toBe(true);
  expect(other({ fieldName: 'key' })).toBe(false);
  expect(other({ type: FieldType.INT32 })).toBe(false);
  expect(other({ isDynamic: true })).toBe(false);
  expect(other({ elementType: FieldType.INT32 })).toBe(false);
  expect(other({ valid: Buffer.from([1, 1]) })).toBe(false);
  expect(canJoin(new Rows(good), new Rows({ ...good, columns: good.columns.toReversed() }))).toBe(false);
});

test('batches of sparse vectors are joined whatever their largest index', () => {
  const sparse = (index: number) =>
    new Rows(
      entityBatch([{ name: 's', type: FieldType.SPARSE_FLOAT_VECTOR }], [{ s: { [index]: 1 } }], { firstOffset: 40n }),
    );
  expect([sparse(3), sparse(900)].map(({ columns }) => columns[0]?.column.dim)).toEqual([4, 901]);
  expect(canJoin(sparse(3), sparse(900))).toBe(true);
});
