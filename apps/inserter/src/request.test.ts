import { FieldType } from '@millrace/contracts';
import { UpsertRequest } from '@millrace/contracts/milvus';
import { decodeRows, decodeRowsWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { MergedEntries, type Selection } from './merge.ts';
import { encodeWriteRequest } from './request.ts';
import { entityBatch, type TestRow } from './testing/entity-batch.ts';
import { pymilvusUpsert, structFields, structRows } from './testing/pymilvus-structs.ts';
import { inParts, type RandomRows, randomRows } from './testing/random-rows.ts';

const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 3 });

function merged({ fields, rows }: RandomRows, places: readonly number[]): MergedEntries {
  return new MergedEntries(inParts(rows, places).map((part) => new Entries(entityBatch(fields, part))));
}

function encoded(rows: MergedEntries, selection: Selection): Buffer {
  return encodeWriteRequest({
    database: 'db',
    collection: 'things',
    partition: 'p',
    columns: rows.columns(selection),
    rowCount: selection.rowCount,
    schemaTimestamp: 2n ** 63n + 5n,
    partialUpdate: true,
  });
}

/** What Milvus reads: -0 in a Float stays, so rows are compared exactly. */
function read(bytes: Buffer): readonly unknown[] {
  return decodeRows(UpsertRequest.decode(bytes));
}

test('any rows, merged from any parts, are what the generated decoder reads', () => {
  fc.assert(
    fc.property(randomRows, cuts, (random, places) => {
      const rows = merged(random, places);
      expect(read(encoded(rows, rows.select(0, rows.count)))).toEqual(random.rows);
    }),
  );
});

test("the decoder of Milvus's own SDK reads the same", () => {
  fc.assert(
    fc.property(randomRows, cuts, (random, places) => {
      const rows = merged(random, places);
      expect(decodeRowsWithSdk(encoded(rows, rows.select(0, rows.count)))).toEqual(random.rows);
    }),
  );
});

test('the bytes are those of the generated encoder', () => {
  fc.assert(
    fc.property(randomRows, cuts, (random, places) => {
      const rows = merged(random, places);
      const bytes = encoded(rows, rows.select(0, rows.count));
      expect(Buffer.from(UpsertRequest.encode(UpsertRequest.decode(bytes)).finish()).equals(bytes)).toBe(true);
    }),
  );
});

test('structs are what pymilvus makes of them, but for the type of array elements, which it leaves to Milvus', () => {
  const rows = merged({ fields: structFields, rows: structRows }, [1]);
  const ours = UpsertRequest.decode(encoded(rows, rows.select(0, 3)));
  const theirs = UpsertRequest.decode(pymilvusUpsert);
  expect(ours.fieldsData.map(withoutElementTypes)).toEqual(theirs.fieldsData);
  expect(decodeRowsWithSdk(pymilvusUpsert)).toEqual(structRows);
  expect(decodeRowsWithSdk(encoded(rows, rows.select(0, 3)))).toEqual(structRows);
});

function withoutElementTypes(data: UpsertRequest['fieldsData'][number]): UpsertRequest['fieldsData'][number] {
  const { field } = data;
  if (field?.$case === 'structArrays') {
    const fields = field.value.fields.map(withoutElementTypes);
    return { ...data, field: { ...field, value: { fields } } };
  }
  if (field?.$case !== 'scalars' || field.value.data?.$case !== 'arrayData') return data;
  const array = { ...field.value.data, value: { ...field.value.data.value, elementType: 0 } };
  return { ...data, field: { ...field, value: { data: array } } };
}

test('a selection of rows holds these rows and no others', () => {
  fc.assert(
    fc.property(randomRows, cuts, fc.nat({ max: 30 }), fc.nat({ max: 30 }), (random, places, a, b) => {
      const rows = merged(random, places);
      const [from = 0, to = 0] = [a, b].map((place) => Math.min(place, rows.count)).sort((x, y) => x - y);
      expect(read(encoded(rows, rows.select(from, to)))).toEqual(random.rows.slice(from, to));
    }),
  );
});

test('of each key the last row is selected, in offset order, and the others are named as superseded', () => {
  fc.assert(
    fc.property(randomRows, cuts, (random, places) => {
      const rows = merged(random, places);
      const selection = rows.selectLast(0, rows.count, 'key');
      const last = new Map<unknown, TestRow>();
      for (const row of random.rows) {
        last.delete(row.key);
        last.set(row.key, row);
      }
      expect(read(encoded(rows, selection))).toEqual([...last.values()]);
      expect(selection.rowCount).toBe(last.size);
      expect(selection.superseded).toHaveLength(random.rows.length - last.size);
    }),
  );
});

test('database, collection, partition, rows, schema timestamp and partial update are where Milvus looks for them', () => {
  const rows = merged({ fields: [], rows: [] }, []);
  const request = UpsertRequest.decode(encoded(rows, rows.select(0, 0)));
  expect(request).toEqual(
    UpsertRequest.fromPartial({
      dbName: 'db',
      collectionName: 'things',
      partitionName: 'p',
      schemaTimestamp: 2n ** 63n + 5n,
      partialUpdate: true,
    }),
  );
});

test('joined sparse vectors end where the longest does', () => {
  const fields = [{ name: 's', type: FieldType.SPARSE_FLOAT_VECTOR }];
  const rows = merged({ fields, rows: [{ s: { 7: 1 } }, { s: { 2: 1, 4294967294: 2 } }, { s: {} }] }, [1, 2]);
  const { field } = UpsertRequest.decode(encoded(rows, rows.select(0, 3))).fieldsData[0] ?? {};
  expect(field).toMatchObject({
    $case: 'vectors',
    value: { dim: 4_294_967_295n, data: { $case: 'sparseFloatVector', value: { dim: 4_294_967_295n } } },
  });
});

test('long names and large runs get the lengths that they need', () => {
  const name = 'x'.repeat(200);
  const bytes = encodeWriteRequest({
    database: '',
    collection: name,
    partition: '',
    columns: [
      {
        name,
        structName: '',
        type: 11,
        dim: 0,
        elementType: 0,
        isDynamic: false,
        elements: [Buffer.alloc(800_000), Buffer.alloc(8, 1)],
        valid: [],
      },
    ],
    rowCount: 100_001,
    schemaTimestamp: 0n,
    partialUpdate: false,
  });
  const request = UpsertRequest.decode(bytes);
  expect([request.collectionName, request.numRows, decodeRows(request).length]).toEqual([name, 100_001, 100_001]);
});
