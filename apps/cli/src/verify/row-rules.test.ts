import { Collection, Column, EntityBatch, Field, FieldType, InsertMode } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { CheckedPart, type Entry } from './checked-entries.ts';
import type { RowColumn } from './columns/row-columns.ts';
import { RowRules, type StoredRow } from './row-rules.ts';

const field = (name: string, typeCode: FieldType, more: Partial<Field> = {}): Field => ({
  ...Field.create({ name, typeCode }),
  ...more,
});
const collectionOf = (fields: readonly Field[], more: Partial<Collection> = {}): Collection => ({
  ...Collection.create({ name: 'c', serverVersion: 'v2.6.0' }),
  fields: [field('id', FieldType.INT64, { isPrimaryKey: true }), ...fields],
  ...more,
});
const rulesOf = (collection: Collection, mode: InsertMode = InsertMode.UPSERT, defaults = new Map<string, string>()) =>
  new RowRules(collection, mode, defaults);

/** The one row of a part with these columns. */
function entryOf(...columns: readonly Column[]): Entry {
  const id = { ...Column.create({ fieldName: 'id', type: FieldType.INT64 }), elements: Buffer.from([1]) };
  const part = new CheckedPart({ ...EntityBatch.create({ rowCount: 1 }), columns: [id, ...columns] });
  return { offset: 0n, key: '1', part, row: 0 };
}

const storedOf = (...columns: readonly RowColumn[]): StoredRow =>
  new Map(columns.map((column) => [column.name, { column, row: 0 }]));
const vector = (...bytes: number[]): RowColumn => ({
  name: 'v',
  type: FieldType.FLOAT_VECTOR,
  values: [Buffer.from(bytes).toString('latin1')],
});
const isSame = (rules: RowRules, entry: Entry, stored: StoredRow) =>
  rules.claims(entry, [''])[0]?.value === rules.observed(stored, [''])[0]?.value;

describe('a row without a value of a field', () => {
  const column = { ...Column.create({ fieldName: 'n', type: FieldType.INT32 }), valid: Buffer.from([0]) };
  const collection = collectionOf([field('n', FieldType.INT32, { isNullable: true, hasDefault: true })]);
  const stored = (value: string | undefined) => storedOf({ name: 'n', type: FieldType.INT32, values: [value] });

  test('is null in Milvus, or the default of the field where it has one', () => {
    const plain = rulesOf(collection);
    expect([undefined, '5'].map((value) => isSame(plain, entryOf(column), stored(value)))).toEqual([true, false]);
    const withDefault = rulesOf(collection, InsertMode.UPSERT, new Map([['n', '5']]));
    expect([undefined, '5'].map((value) => isSame(withDefault, entryOf(column), stored(value)))).toEqual([false, true]);
    expect(plain.differing(entryOf(column), stored('5'))).toEqual(['n']);
  });
});

describe('a vector that is null', () => {
  const column = {
    ...Column.create({ fieldName: 'v', type: FieldType.FLOAT_VECTOR, dim: 1 }),
    valid: Buffer.from([0]),
  };
  const fields = [field('v', FieldType.FLOAT_VECTOR, { isNullable: true })];

  test('is one of zeros on milvus-lite, and nowhere else', () => {
    const lite = rulesOf(collectionOf(fields, { serverVersion: 'milvus_lite-3.2.2' }));
    const full = rulesOf(collectionOf(fields));
    expect([lite, full].map((rules) => isSame(rules, entryOf(column), storedOf(vector(0, 0, 0, 0))))).toEqual([
      true,
      false,
    ]);
    expect(isSame(lite, entryOf(column), storedOf(vector(0, 0, 0, 1)))).toBe(false);
  });
});

describe('what is compared', () => {
  const fields = [
    field('a', FieldType.INT64),
    field('score', FieldType.SPARSE_FLOAT_VECTOR, { isFunctionOutput: true }),
    field('s', FieldType.ARRAY_OF_STRUCT, {
      subFields: [field('n', FieldType.ARRAY), field('v', FieldType.ARRAY_OF_VECTOR)],
    }),
  ];

  test('is every field that is written, members of structs one by one, and the dynamic field', () => {
    const rules = rulesOf(collectionOf(fields, { hasDynamicField: true }));
    expect(rules.names).toEqual(['a', 's[n]', 's[v]', '$meta']);
    expect(rules.fields).toEqual(['a', 's', '$meta']);
    expect(rules.succession).toBe('whole');
  });

  test('is not the dynamic field where its members are merged: of partial updates, and on milvus-lite', () => {
    const lite = collectionOf(fields, { hasDynamicField: true, serverVersion: 'milvus_lite-3.2.2' });
    expect(rulesOf(lite).names).toEqual(['a', 's[n]', 's[v]']);
    const rules = rulesOf(collectionOf(fields, { hasDynamicField: true }), InsertMode.UPDATE);
    expect([rules.succession, rules.names]).toEqual(['fields', ['a', 's[n]', 's[v]']]);
  });

  test('is nothing where rows are inserted, or Milvus makes the keys', () => {
    expect(rulesOf(collectionOf(fields), InsertMode.INSERT).succession).toBe('none');
    const made = {
      ...collectionOf([]),
      fields: [field('id', FieldType.INT64, { isPrimaryKey: true, isAutoId: true })],
    };
    expect([rulesOf(made, InsertMode.INSERT).succession, rulesOf(made, InsertMode.INSERT).key]).toEqual([
      'none',
      undefined,
    ]);
  });
});

test('an answer without a field that was asked for is no row to compare with', () => {
  const rules = rulesOf(collectionOf([field('a', FieldType.INT64)]));
  expect(() => rules.observed(new Map(), [''])).toThrow('without the field a');
});
