import { type Column, type Deletes, FieldType } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { MalformedBatch } from './column-run.ts';
import { canJoin, Entries } from './entries.ts';
import { DeletedKey, entityBatch, type TestField } from './testing/entity-batch.ts';
import { structFields, structRows } from './testing/pymilvus-structs.ts';

const fields: readonly TestField[] = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'title', type: FieldType.VARCHAR, hasValidity: true },
  { name: 'vector', type: FieldType.FLOAT_VECTOR, dim: 2 },
];
const first = { id: 1n, title: 'a', vector: [1, 2] };
const second = { id: -1n, title: null, vector: [3, 4] };
const rows = [first, second];
const good = entityBatch(fields, rows, { firstOffset: 40n });

/** Offsets 40 and 42 are rows, 41 and 43 deletes. */
const mixed = entityBatch(fields, [first, new DeletedKey(7n), second, new DeletedKey(1n)], {
  firstOffset: 40n,
});
const onlyDeletes = entityBatch(fields, [new DeletedKey(7n)]);

const withColumn = (index: number, change: Partial<Column>) => ({
  ...good,
  columns: good.columns.map((column, at) => (at === index ? { ...column, ...change } : column)),
});

test('a batch counts for its elements, its validity and 16 bytes for each row', () => {
  expect(new Entries(good).byteCount).toBe(11 + 3 + 2 + 16 + 2 * 16);
  expect(BigInt(new Entries(good).byteCount)).toBe(good.byteCount);
});

test('offsets count from the first one', () => {
  expect([0, 1].map((row) => new Entries({ ...good, offsetDeltas: [0n, 7n] }).offset(row))).toEqual([40n, 47n]);
});

test('rows and deletes are numbered through in offset order', () => {
  const entries = new Entries(mixed);
  const numbers = [0, 1, 2, 3];
  expect([entries.count, entries.rowCount, entries.deleteCount]).toEqual([4, 2, 2]);
  expect(numbers.map((entry) => entries.offset(entry))).toEqual([40n, 41n, 42n, 43n]);
  expect(numbers.map((entry) => entries.isDelete(entry))).toEqual([false, true, false, true]);
  expect(numbers.map((entry) => entries.keyText('id', entry))).toEqual(['1', '7', '-1', '1']);
  const keys = entries.keys('id') ?? [];
  expect([keys[0] === keys[3], new Set(keys).size]).toEqual([true, 3]);
});

test('a delete counts for its key and 16 bytes', () => {
  expect(new Entries(onlyDeletes).byteCount).toBe(1 + 16);
  expect(BigInt(new Entries(mixed).byteCount)).toBe(mixed.byteCount);
});

test('a batch may be of deletes only, with columns or without', () => {
  for (const columns of [onlyDeletes.columns, []]) {
    const entries = new Entries({ ...onlyDeletes, columns });
    expect([entries.count, entries.rowCount, entries.keyText('id', 0)]).toEqual([1, 0, '7']);
  }
});

test('deletes of another column than the key are no keys', () => {
  expect(new Entries(onlyDeletes).keys('title')).toBeUndefined();
  expect(new Entries(mixed).keys('other')).toBeUndefined();
});

test('a nullable column, or none, is no key', () => {
  expect(new Entries(good).keys('title')).toBeUndefined();
  expect(new Entries(good).keys('nothing')).toBeUndefined();
  expect(new Set(new Entries(good).keys('id')).size).toBe(2);
});

const withDeletes = (change: Partial<Deletes>) => ({
  ...mixed,
  deletes: { offsetDeltas: [], keys: undefined, ...mixed.deletes, ...change },
});
const withKeys = (change: Partial<Column>) => {
  const keys = mixed.deletes?.keys;
  return withDeletes({ keys: keys && { ...keys, ...change } });
};
const texts = Buffer.from([0x0a, 1, 97, 0x0a, 1, 98]);

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
  ['offsets that do not ascend', { ...good, offsetDeltas: [1n, 1n] }],
  ['an offset below the first', { ...good, offsetDeltas: [-1n, 1n] }],
  ['deletes without keys', withDeletes({ keys: undefined })],
  ['keys without deletes', withDeletes({ offsetDeltas: [] })],
  ['a delete more than keys', withDeletes({ offsetDeltas: [1n, 3n, 5n] })],
  ['a delete at the offset of a row', withDeletes({ offsetDeltas: [1n, 2n] })],
  ['two deletes of one offset', withDeletes({ offsetDeltas: [1n, 1n] })],
  ['deletes that do not ascend', withDeletes({ offsetDeltas: [3n, 1n] })],
  ['a deleted key with validity', withKeys({ valid: Buffer.from([1, 1]) })],
  ['a deleted key of a type that is none', withKeys({ type: FieldType.BOOL })],
  ['a deleted key of another type than the rows', withKeys({ type: FieldType.VARCHAR, elements: texts })],
  ['a deleted key of a field that the rows do not have', withKeys({ fieldName: 'other' })],
  ['a deleted key of a nullable field', withKeys({ fieldName: 'title', type: FieldType.VARCHAR, elements: texts })],
  ['a deleted key cut off', withKeys({ elements: Buffer.from([1, 0x80]) })],
  ['a deleted key in the dynamic field', withKeys({ isDynamic: true })],
];

describe('a batch that breaks the contract is malformed', () => {
  test.each(malformed)('%s', (_, change) => {
    expect(() => new Entries({ ...good, ...change })).toThrow(MalformedBatch);
  });
});

test('columns join only where fields, order, types, dim and validity are the same', () => {
  const other = (change: Partial<Column>) => canJoin(new Entries(good), new Entries(withColumn(0, change)));
  expect(canJoin(new Entries(good), new Entries(good))).toBe(true);
  expect(other({ fieldName: 'key' })).toBe(false);
  expect(other({ type: FieldType.INT32 })).toBe(false);
  expect(other({ isDynamic: true })).toBe(false);
  expect(other({ elementType: FieldType.INT32 })).toBe(false);
  expect(other({ valid: Buffer.from([1, 1]) })).toBe(false);
  expect(canJoin(new Entries(good), new Entries({ ...good, columns: good.columns.toReversed() }))).toBe(false);
});

test('deletes join any rows of their key, and rows join through a batch of deletes only', () => {
  const deletes = new Entries({ ...onlyDeletes, columns: [] });
  expect(canJoin(new Entries(good), deletes)).toBe(true);
  expect(canJoin(deletes, new Entries(mixed))).toBe(true);
  const keys = onlyDeletes.deletes?.keys;
  const other = { offsetDeltas: [0n], keys: keys && { ...keys, fieldName: 'other' } };
  expect(canJoin(deletes, new Entries({ ...onlyDeletes, deletes: other }))).toBe(false);
});

test('batches of sparse vectors are joined whatever their largest index', () => {
  const sparse = (index: number) =>
    new Entries(
      entityBatch([{ name: 's', type: FieldType.SPARSE_FLOAT_VECTOR }], [{ s: { [index]: 1 } }], { firstOffset: 40n }),
    );
  expect([sparse(3), sparse(900)].map(({ columns }) => columns[0]?.column.dim)).toEqual([4, 901]);
  expect(canJoin(sparse(3), sparse(900))).toBe(true);
});

describe('the members of a struct', () => {
  // `id`, ten members of `plain` from `flag` to `bytes`, `text` and `v` of `maybe`.
  const structs = entityBatch(structFields, structRows);
  const changed = (index: number, change: Partial<Column>) => ({
    ...structs,
    columns: structs.columns.map((column, at) => (at === index ? { ...column, ...change } : column)),
  });

  test('may have the names of fields and of members of other structs', () => {
    const named = new Entries(changed(1, { fieldName: 'id' }));
    expect(named.keys('id')).toEqual(new Entries(structs).keys('id'));
  });

  test.each<readonly [string, object]>([
    ['twice', changed(2, { fieldName: 'flag' })],
    ['of a struct with the name of a field', changed(11, { structName: 'id' })],
    [
      'of two structs of one name',
      { ...structs, columns: structs.columns.toSpliced(3, 0, ...structs.columns.slice(11)) },
    ],
    ['of scalars', changed(1, { type: FieldType.BOOL })],
    ['of vectors without a struct', changed(12, { structName: '' })],
    ['of vectors without a dim', changed(7, { dim: 0 })],
    ['of arrays with the tag of vectors', changed(6, { type: FieldType.ARRAY_OF_VECTOR, dim: 2 })],
    ['of vectors with the tag of arrays', changed(7, { type: FieldType.ARRAY })],
    ['as structs', changed(1, { type: FieldType.ARRAY_OF_STRUCT })],
  ])('%s are malformed', (_, batch) => {
    expect(() => new Entries({ ...structs, ...batch })).toThrow(MalformedBatch);
  });

  test('make batches of another struct another form', () => {
    const renamed = structs.columns.map((column) => ({
      ...column,
      structName: column.structName && `${column.structName}2`,
    }));
    expect(canJoin(new Entries(structs), new Entries(structs))).toBe(true);
    expect(canJoin(new Entries(structs), new Entries({ ...structs, columns: renamed }))).toBe(false);
  });
});
