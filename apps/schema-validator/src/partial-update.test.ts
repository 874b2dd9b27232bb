import {
  FieldType,
  InsertMode,
  KeyFormat,
  type RecordOptions,
  Source,
  Tombstones,
  UnknownFields,
} from '@millrace/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collection, field } from './testing/collections.ts';
import { type CheckedRecords, checkRecords, laneFor, refusalOf, rejectionsOf } from './testing/encode-rows.ts';
import { decodeColumns } from './testing/milvus-decoder.ts';

const books = collection(
  [
    field('id', FieldType.INT64, { isPrimaryKey: true }),
    field('title', FieldType.VARCHAR, { maxLength: 8 }),
    field('year', FieldType.INT16, { isNullable: true }),
    field('usual', FieldType.BOOL, { hasDefault: true }),
    field('vector', FieldType.FLOAT_VECTOR, { dim: 2 }),
  ],
  { hasDynamicField: true },
);
const writeOptions = { insertMode: InsertMode.UPDATE };

async function update(
  values: readonly (string | null)[],
  recordOptions: Partial<RecordOptions> = {},
  partBytesMax = 1e6,
) {
  const lane = laneFor(books, { recordOptions, writeOptions });
  const records = values.map((value) => ({ value, key: '9' }));
  return checkRecords(lane, records, { partBytesMax });
}

/** The rows of each part, as what they set. */
function rowsOf({ parts }: CheckedRecords) {
  return parts.map(({ rowCount, columns }) => {
    const decoded = [...decodeColumns([columns])];
    return Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(decoded.map(([name, of]) => [name, of[row] ?? null])),
    );
  });
}

describe('a row of a partial update', () => {
  test('sets what its record has and nothing else', async () => {
    expect(rowsOf(await update(['{"id":1,"title":"t"}']))).toEqual([[{ id: 1n, title: 't' }]]);
    expect(rowsOf(await update(['{"id":1}']))).toEqual([[{ id: 1n }]]);
  });

  test('sets null where the record says null, with the validity that its column always has', async () => {
    const checked = await update(['{"id":1,"year":null,"usual":null}', '{"id":2,"year":5,"usual":true}']);
    expect(rowsOf(checked)).toEqual([
      [
        { id: 1n, year: null, usual: null },
        { id: 2n, year: 5, usual: true },
      ],
    ]);
    expect(checked.parts[0]?.columns.map(({ valid }) => [...valid])).toEqual([[], [0, 1], [0, 1]]);
  });

  test('keeps to the order of the collection, whatever the order of the record', async () => {
    const [part] = (await update(['{"vector":[1,2],"year":1,"id":1}'])).parts;
    expect(part?.columns.map(({ fieldName }) => fieldName)).toEqual(['id', 'year', 'vector']);
  });

  test('needs its primary key, and values that fit', async () => {
    const checked = await update([
      '{"title":"t"}',
      '{"id":null}',
      '{"id":1,"title":null}',
      '{"id":1,"year":"x"}',
      '{"id":1,"vector":[1]}',
    ]);
    expect(rejectionsOf(checked)).toEqual([
      '100 V010 $.id',
      '101 V011 $.id',
      '102 V011 $.title',
      '103 V012 $.year',
      '104 V017 $.vector',
    ]);
    expect(checked.parts).toEqual([]);
  });

  test('sets the dynamic field only where it has unknown members', async () => {
    expect(rowsOf(await update(['{"id":1,"x":2}', '{"id":2}']))).toEqual([
      [{ id: 1n, $meta: '{"x":2}' }],
      [{ id: 2n }],
    ]);
    const ignore = await update(['{"id":1,"x":2}'], { unknownFields: UnknownFields.IGNORE });
    expect(rowsOf(ignore)).toEqual([[{ id: 1n }]]);
    const error = await update(['{"id":1,"x":2}'], { unknownFields: UnknownFields.ERROR });
    expect(rejectionsOf(error)).toEqual(['100 V019 $.x']);
  });

  test('leaves a field as it is whose source is not there', async () => {
    const sources = [{ field: 'title', source: Source.VALUE, path: ['doc', 'title'] }];
    const checked = await update(['{"id":1,"doc":{}}', '{"id":2,"doc":{"title":"t"}}'], { sources });
    expect(rowsOf(checked)).toEqual([[{ id: 1n }], [{ id: 2n, title: 't' }]]);
  });
});

describe('a part of a partial update', () => {
  test('holds a run of rows that set the same fields', async () => {
    const checked = await update([
      '{"id":1,"title":"a"}',
      '{"title":"b","id":2}',
      '{"id":3,"year":1}',
      '{"id":4,"year":null}',
      '{"id":5,"title":"c"}',
    ]);
    expect(rowsOf(checked).map((rows) => rows.map(({ id }) => id))).toEqual([[1n, 2n], [3n, 4n], [5n]]);
    expect(checked.parts.map(({ offsetDeltas }) => offsetDeltas)).toEqual([[0n, 1n], [2n, 3n], [4n]]);
    expect(checked.parts.map(({ columns }) => columns.length)).toEqual([2, 2, 2]);
  });

  test('takes deletes between its rows, and has no columns where it has deletes alone', async () => {
    const options = { tombstones: Tombstones.DELETE, keyFormat: KeyFormat.JSON };
    const checked = await update(['{"id":1,"year":1}', null, '{"id":2,"year":2}', '{"id":3}', null], options);
    expect(checked.parts.map(({ offsetDeltas, deletes }) => [offsetDeltas, deletes?.offsetDeltas])).toEqual([
      [[0n, 2n], [1n]],
      [[3n], [4n]],
    ]);
    const [alone] = (await update([null], options)).parts;
    expect(alone).toMatchObject({ rowCount: 0, columns: [], deletes: { offsetDeltas: [0n] } });
    const [first, second] = (await update([null, '{"id":3,"title":"t"}', '{"id":4}'], options)).parts;
    expect(first?.columns.map(({ fieldName }) => fieldName)).toEqual(['id', 'title']);
    expect(second?.columns.map(({ fieldName }) => fieldName)).toEqual(['id']);
  });

  test('is not larger than the inserter takes', async () => {
    const row = (id: number) => `{"id":${id},"title":"123456"}`;
    const checked = await update([row(1), row(2), row(3)], {}, 2 * (16 + 1 + 8));
    expect(checked.parts.map(({ rowCount, byteCount }) => [rowCount, byteCount])).toEqual([
      [2, 50n],
      [1, 25n],
    ]);
  });
});

test('a partial update of rows whose keys Milvus makes is refused', () => {
  const autoId = { ...books, fields: books.fields.map((of) => ({ ...of, isAutoId: of.isPrimaryKey })) };
  expect(refusalOf(autoId, { writeOptions })).toMatchObject({
    code: 'V102',
    message: 'collection `books` makes its own keys (autoID on `id`), so no record names the row to update',
  });
});

test('property: parts put together are the records, each part of one set of fields', async () => {
  const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
  const record = fc.record(
    {
      id: fc.nat(99),
      title: fc.constantFrom('a', 'bb'),
      year: fc.constantFrom(1, null),
      usual: fc.constantFrom(true, false, null),
      vector: fc.constant([1, 2]),
      x: optional(fc.nat(9)),
    },
    { requiredKeys: ['id'] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 60, max: 300 }),
      async (records, partBytesMax) => {
        const checked = await update(
          records.map((each) => JSON.stringify(each)),
          {},
          partBytesMax,
        );
        expect(checked.rejections).toEqual([]);
        const rows = rowsOf(checked).flat();
        const expected = records.map(({ x, id, ...row }) => ({
          ...row,
          id: BigInt(id),
          ...(x === undefined ? {} : { $meta: `{"x":${x}}` }),
        }));
        expect(rows).toEqual(expected);
        const setOf = (part: Record<string, unknown>[] | undefined) =>
          new Set(part?.map((row) => Object.keys(row).sort().join()));
        const parts = rowsOf(checked);
        for (const [index, part] of parts.entries()) {
          expect(setOf(part).size).toBe(1);
          const bytes = (checked.parts[index]?.byteCount ?? 0n) + (checked.parts[index + 1]?.byteCount ?? 0n);
          if (bytes <= partBytesMax) expect(setOf(part)).not.toEqual(setOf(parts[index + 1]));
        }
      },
    ),
    { numRuns: 300 },
  );
});
