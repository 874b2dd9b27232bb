import { FieldType, InsertMode, KeyFormat, PrimaryKeyMode, type RecordOptions, Tombstones } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { books, collection, field, goodBook } from '../testing/collections.ts';
import { type CheckedRecords, checkRecords, laneFor, refusalOf, rejectionsOf } from '../testing/encode-rows.ts';
import { decodeColumns } from '../testing/milvus-decoder.ts';

const named = collection([
  field('name', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 8 }),
  field('vector', FieldType.FLOAT_VECTOR, { dim: 2 }),
]);
const byKey = { tombstones: Tombstones.DELETE, keyFormat: KeyFormat.JSON };
const byMark: Partial<RecordOptions> = { deleteMarker: { path: ['op'], values: ['d', 'delete'] } };
const tombstone = (key: string | Buffer | undefined) => ({ value: null, key });

/** Offsets and keys of rows and deletes, in the parts that they are in. */
function partsOf({ parts }: CheckedRecords) {
  return parts.map(({ firstOffset, offsetDeltas, columns, deletes }) => {
    const keys = (of: typeof columns) => [...decodeColumns([of]).values()][0] ?? [];
    const entries = (deltas: readonly bigint[], of: readonly unknown[]) =>
      deltas.map((delta, index) => `${firstOffset + delta}: ${String(of[index])}`);
    const rows = entries(offsetDeltas, offsetDeltas.length > 0 ? keys(columns) : []);
    return { rows, deletes: deletes?.keys ? entries(deletes.offsetDeltas, keys([deletes.keys])) : [] };
  });
}

describe('a tombstone', () => {
  test('is a rejection where the connector says nothing of it, with what can be done', async () => {
    const checked = await checkRecords(laneFor(books), [tombstone('1')]);
    expect(rejectionsOf(checked)).toEqual(['100 V009 $']);
    expect(checked.rejections[0]?.violations[0]?.hint).toContain('behavior.on.null.values=delete');
    expect(checked.parts).toEqual([]);
  });

  test('is left out and counted where the connector says so, whatever its key', async () => {
    const lane = laneFor(books, { recordOptions: { tombstones: Tombstones.IGNORE } });
    const checked = await checkRecords(lane, [tombstone(undefined), { value: goodBook(1) }, tombstone('x')]);
    expect(checked).toMatchObject({ filteredOffsets: [100n, 102n], rejections: [] });
    expect(partsOf(checked)).toEqual([{ rows: ['101: 1'], deletes: [] }]);
  });

  test.each([
    [books, KeyFormat.JSON, '42', 42n],
    [books, KeyFormat.JSON, '-9223372036854775808', -9223372036854775808n],
    [books, KeyFormat.JSON, '{"x": 1, "id": 7}', 7n],
    [books, KeyFormat.LONG, Buffer.from('000000000000002a', 'hex'), 42n],
    [books, KeyFormat.INTEGER, Buffer.from('ffffffff', 'hex'), -1n],
    [books, KeyFormat.SHORT, Buffer.from('0102', 'hex'), 258n],
    [named, KeyFormat.STRING, 'a "b"\'c', 'a "b"\'c'],
    [named, KeyFormat.STRING, '', ''],
    [named, KeyFormat.JSON, '"a\\u0062"', 'ab'],
    [named, KeyFormat.JSON, '{"name": "é"}', 'é'],
  ])('deletes the row of its key (%#)', async (of, keyFormat, key, expected) => {
    const checked = await checkRecords(laneFor(of, { recordOptions: { ...byKey, keyFormat } }), [tombstone(key)]);
    expect(rejectionsOf(checked)).toEqual([]);
    expect(partsOf(checked)).toEqual([{ rows: [], deletes: [`100: ${expected}`] }]);
  });

  test('finds the primary key in the key by the path of pk.fields', async () => {
    const recordOptions = { ...byKey, primaryKeyPath: ['ids', '0'] };
    const checked = await checkRecords(laneFor(books, { recordOptions }), [tombstone('{"ids": [5, 6], "id": 1}')]);
    expect(partsOf(checked)).toEqual([{ rows: [], deletes: ['100: 5'] }]);
  });

  test.each([
    [books, KeyFormat.JSON, undefined, 'V062 $key'],
    [books, KeyFormat.JSON, 'nonsense', 'V063 $key'],
    [books, KeyFormat.JSON, '"42"', 'V012 $key'],
    [books, KeyFormat.JSON, '1.5', 'V014 $key'],
    [books, KeyFormat.JSON, '9223372036854775808', 'V013 $key'],
    [books, KeyFormat.JSON, '[1]', 'V012 $key'],
    [books, KeyFormat.JSON, 'null', 'V011 $key'],
    [books, KeyFormat.JSON, '{}', 'V010 $key.id'],
    [books, KeyFormat.JSON, '{"id": null}', 'V011 $key.id'],
    [books, KeyFormat.JSON, '{"id": "x"}', 'V012 $key.id'],
    [books, KeyFormat.LONG, '1234567', 'V065 $key'],
    [named, KeyFormat.STRING, undefined, 'V062 $key'],
    [named, KeyFormat.STRING, Buffer.from([0xff]), 'V064 $key'],
    [named, KeyFormat.STRING, 'nine byte', 'V016 $key'],
  ])('with a key that is none is a rejection (%#)', async (of, keyFormat, key, expected) => {
    const checked = await checkRecords(laneFor(of, { recordOptions: { ...byKey, keyFormat } }), [tombstone(key)]);
    expect(rejectionsOf(checked)).toEqual([`100 ${expected}`]);
    expect(checked.parts).toEqual([]);
  });

  test('names the key of its rejection where there is one', async () => {
    const checked = await checkRecords(laneFor(books, { recordOptions: byKey }), [tombstone('"42"'), tombstone('x')]);
    expect(checked.rejections.map(({ primaryKey }) => primaryKey)).toEqual(['42', '']);
  });

  test('with a key beyond the limit of a record is a rejection', async () => {
    const key = `"${'x'.repeat(4_194_304)}"`;
    const checked = await checkRecords(laneFor(named, { recordOptions: byKey }), [tombstone(key)]);
    expect(rejectionsOf(checked)).toEqual(['100 V008 $key']);
  });
});

describe('a delete marker', () => {
  test('makes a record a delete that needs nothing but a valid key', async () => {
    const values = ['{"op": "d", "id": 3}', '{"id": 4, "op": "delete", "title": 5, "unknown": {}}', '{"op": "d"}'];
    const checked = await checkRecords(
      laneFor(books, { recordOptions: byMark }),
      values.map((value) => ({ value })),
    );
    expect(partsOf(checked)).toEqual([{ rows: [], deletes: ['100: 3', '101: 4'] }]);
    expect(rejectionsOf(checked)).toEqual(['102 V010 $.id']);
  });

  test('does not make bad JSON good', async () => {
    const checked = await checkRecords(laneFor(books, { recordOptions: byMark }), [
      { value: '{"op": "d", "id": 3' },
      { value: '{"op": "d", "id": 3, "id": 4}' },
    ]);
    expect(rejectionsOf(checked)).toEqual(['100 V001 $', '101 V006 $.id']);
  });

  test('is no field of a row', async () => {
    const row = { value: goodBook(1).replace('{', '{"op": "u",') };
    expect(rejectionsOf(await checkRecords(laneFor(books, { recordOptions: byMark }), [row]))).toEqual([]);
    const dynamic = { ...books, hasDynamicField: true };
    const [part] = (await checkRecords(laneFor(dynamic, { recordOptions: byMark }), [row])).parts;
    expect(decodeColumns([part?.columns ?? []]).get('$meta')).toEqual(['{}']);
  });

  test('is the field of its name where the collection has one', async () => {
    const withOp = collection([...books.fields, field('op', FieldType.VARCHAR, { maxLength: 1 })]);
    const lane = laneFor(withOp, { recordOptions: byMark });
    const checked = await checkRecords(lane, [
      { value: goodBook(1).replace('{', '{"op": "u",') },
      { value: '{"op": "d", "id": 1}' },
      { value: goodBook(2) },
    ]);
    expect(partsOf(checked)).toEqual([{ rows: ['100: 1'], deletes: ['101: 1'] }]);
    expect(rejectionsOf(checked)).toEqual(['102 V010 $.op']);
  });

  test('inside of a member leaves that an unknown field', async () => {
    const recordOptions = { deleteMarker: { path: ['meta', 'op'], values: ['d'] } };
    const checked = await checkRecords(laneFor(books, { recordOptions }), [
      { value: '{"meta": {"op": "d"}, "id": 1}' },
      { value: goodBook(1).replace('{', '{"meta": {"op": "u"},') },
    ]);
    expect(partsOf(checked)).toEqual([{ rows: [], deletes: ['100: 1'] }]);
    expect(rejectionsOf(checked)).toEqual(['101 V019 $.meta']);
  });

  test('deletes the key of the record in pk.mode=record_key', async () => {
    const recordOptions = { ...byMark, primaryKeyMode: PrimaryKeyMode.RECORD_KEY, keyFormat: KeyFormat.JSON };
    const checked = await checkRecords(laneFor(books, { recordOptions }), [
      { value: '{"op": "d", "id": 9}', key: '{"id": 1}' },
      { value: '{"op": "d"}' },
    ]);
    expect(partsOf(checked)).toEqual([{ rows: [], deletes: ['100: 1'] }]);
    expect(rejectionsOf(checked)).toEqual(['101 V062 $key']);
  });
});

describe('rows and deletes of a batch', () => {
  const both = laneFor(books, { recordOptions: { ...byKey, ...byMark } });
  const row = (id: number) => ({ value: goodBook(id), key: `${id}` });

  test('keep their offsets, each kind in order, in one part', async () => {
    const records = [row(1), tombstone('1'), row(1), { value: '{"op": "d", "id": 2}' }, row(2), { value: '{}' }];
    const checked = await checkRecords(both, records);
    expect(partsOf(checked)).toEqual([{ rows: ['100: 1', '102: 1', '104: 2'], deletes: ['101: 1', '103: 2'] }]);
    expect(checked.rejections.map(({ offset }) => offset)).toEqual([105n]);
  });

  test("share the part's bytes, 16 and its key for a delete", async () => {
    const records = [tombstone('1'), row(2), tombstone('3'), tombstone('4'), row(5)];
    const { parts } = await checkRecords(both, records);
    const rowBytes = 1 + 9 + 16 + 16;
    expect(parts.map(({ byteCount }) => byteCount)).toEqual([BigInt(2 * rowBytes + 3 * 17)]);
    const cut = await checkRecords(both, records, { partBytesMax: rowBytes + 17 });
    expect(partsOf(cut)).toEqual([
      { rows: ['101: 2'], deletes: ['100: 1'] },
      { rows: [], deletes: ['102: 3', '103: 4'] },
      { rows: ['104: 5'], deletes: [] },
    ]);
    expect(cut.parts.map(({ byteCount }) => Number(byteCount))).toEqual([rowBytes + 17, 34, rowBytes]);
    expect(cut.parts.map(({ rowCount }) => rowCount)).toEqual([1, 0, 1]);
  });

  test('a key that is too large for a part by itself is a rejection', async () => {
    const checked = await checkRecords(both, [tombstone('1'), row(1)], { partBytesMax: 16 });
    expect(rejectionsOf(checked)).toEqual(['100 V023 $', '101 V023 $']);
  });

  test('with errors.tolerance=none stop before the first rejection, what is left out included', async () => {
    const lane = laneFor(books, { recordOptions: { ...byMark, tombstones: Tombstones.IGNORE } });
    const records = [row(1), { value: null }, { value: '{"op": "d"}' }, { value: null }, row(2)];
    const checked = await checkRecords(lane, records, { stopAtRejection: true });
    expect(checked).toMatchObject({ stopped: true, filteredOffsets: [101n] });
    expect(partsOf(checked)).toEqual([{ rows: ['100: 1'], deletes: [] }]);
  });
});

describe('deletes are refused', () => {
  const autoId = collection(books.fields.map((of) => ({ ...of, isAutoId: of.isPrimaryKey })));
  const kafka = { primaryKeyMode: PrimaryKeyMode.KAFKA };
  test.each([
    [
      'where Milvus makes the keys',
      autoId,
      { recordOptions: byKey },
      'behavior.on.null.values=delete cannot be: collection `books` makes its own keys',
    ],
    [
      'by a marker too',
      autoId,
      { recordOptions: byMark },
      'delete.marker.path cannot be: collection `books` makes its own keys',
    ],
    [
      'in insert mode',
      books,
      { recordOptions: byKey, writeOptions: { insertMode: InsertMode.INSERT } },
      'with insert.mode=insert rows of one key may be many',
    ],
    [
      'where keys are offsets',
      named,
      { recordOptions: { ...byMark, ...kafka } },
      'with pk.mode=kafka each record has a key of its own',
    ],
  ])('%s', (_, of, options, message) => {
    const wide = { ...of, fields: of.fields.map((each) => ({ ...each, maxLength: each.maxLength && 64 })) };
    expect(refusalOf(wide, options)).toMatchObject({ code: 'V111', message: expect.stringContaining(message) });
  });

  test('where nothing says what keys are', () => {
    const refusal = refusalOf(books, { recordOptions: { tombstones: Tombstones.DELETE } });
    expect(refusal).toMatchObject({ code: 'V114', message: expect.stringContaining('behavior.on.null.values=delete') });
  });

  test('where the key is of another kind than the primary key', () => {
    expect(refusalOf(books, { recordOptions: { ...byKey, keyFormat: KeyFormat.STRING } })).toMatchObject({
      code: 'V108',
      message: 'behavior.on.null.values=delete: `id` (type 5) does not take keys of this key.converter',
    });
    expect(refusalOf(named, { recordOptions: { ...byKey, keyFormat: KeyFormat.LONG } })?.code).toBe('V108');
  });
});
