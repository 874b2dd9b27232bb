import { FieldType, KeyFormat, PrimaryKeyMode, type RecordOptions, Source, UnknownFields } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { checkRecords, laneFor, rejectionsOf } from '../testing/encode-rows.ts';
import { decodeColumns } from '../testing/milvus-decoder.ts';
import type { TestRecord } from '../testing/record-batches.ts';

const docs = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('title', FieldType.VARCHAR, { maxLength: 32, isNullable: true }),
  field('year', FieldType.INT16, { isNullable: true }),
  field('at', FieldType.INT64, { isNullable: true }),
  field('seen', FieldType.TIMESTAMPTZ, { isNullable: true }),
  field('flag', FieldType.BOOL, { hasDefault: true }),
]);
const open = { ...docs, hasDynamicField: true };
const named = collection([
  field('name', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 64 }),
  field('year', FieldType.INT16, { isNullable: true }),
]);

type Options = Partial<RecordOptions>;
const value = (field: string, ...path: string[]) => ({ field, source: Source.VALUE, path });
const key = (field: string, ...path: string[]) => ({ field, source: Source.KEY, path });
const from = (field: string, source: Source, ...path: string[]) => ({ field, source, path });

/** The one row of a record, without what is not there; or what is wrong with it. */
async function rowOf(record: string | TestRecord, recordOptions: Options, of = docs) {
  const records = [typeof record === 'string' ? { value: record } : record];
  const checked = await checkRecords(laneFor(of, { recordOptions }), records);
  if (checked.rejections.length > 0) return rejectionsOf(checked).map((text) => text.replace('100 ', ''));
  const row: Record<string, unknown> = {};
  for (const [name, [of]] of decodeColumns([checked.parts[0]?.columns ?? []])) if (of !== undefined) row[name] = of;
  return row;
}

describe('include and exclude', () => {
  test.each<[string, string, Options, object]>([
    ['no others are read', '{"id":1,"title":"t","year":5,"x":{}}', { include: ['id', 'year'] }, { id: 1n, year: 5 }],
    ['one that is excluded is not read', '{"id":1,"title":7,"x":1}', { exclude: ['title', 'x'] }, { id: 1n }],
    ['a field that is not read is missing', '{"id":1}', { exclude: ['id'] }, ['V010 $.id']],
    ['what is included may be no field', '{"id":1,"x":2}', { include: ['id', 'x'] }, ['V019 $.x']],
    ['both count', '{"id":1,"title":"t","year":5}', { include: ['id', 'title'], exclude: ['title'] }, { id: 1n }],
    ['names are the names that escapes spell', '{"\\u0069d":1,"x":0}', { include: ['id'] }, { id: 1n }],
  ])('%s', async (_, record, options, expected) => {
    expect(await rowOf(record, options)).toEqual(expected);
  });

  test('unknown members that are left out do not get into the dynamic field', async () => {
    expect(await rowOf('{"id":1,"x":2,"y":3}', { exclude: ['x'] }, open)).toEqual({ id: 1n, $meta: '{"y":3}' });
    expect(await rowOf('{"id":1,"x":2,"y":3}', { include: ['id', 'x'] }, open)).toEqual({ id: 1n, $meta: '{"x":2}' });
  });
});

describe('renames', () => {
  const renames = [{ from: 'docId', to: 'id' }];
  const swap = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ];
  test.each<[string, string, Options, object]>([
    ['a member fills the field of its new name', '{"docId":1}', { renames }, { id: 1n }],
    ['a record may have the new name by itself', '{"id":1}', { renames }, { id: 1n }],
    ['but not both', '{"docId":1,"id":1}', { renames }, ['V060 $.id']],
    ['whichever comes first', '{"id":1,"docId":1}', { renames }, ['V060 $.docId']],
    ['a wrong value is told where the record has it', '{"docId":"x"}', { renames }, ['V012 $.docId']],
    ['also under the new name', '{"id":"x"}', { renames }, ['V012 $.id']],
    ['what is missing is missed under the old name', '{}', { renames }, ['V010 $.docId']],
    ['an excluded member is not renamed onto anything', '{"docId":1,"id":2}', { renames, exclude: ['id'] }, { id: 1n }],
    [
      'a field may lend its name',
      '{"id":1,"title":"2020-01-01T00:00:00Z"}',
      { renames: [{ from: 'title', to: 'seen' }] },
      { id: 1n, seen: '2020-01-01T00:00:00Z' },
    ],
  ])('%s', async (_, record, options, expected) => {
    expect(await rowOf(record, options)).toEqual(expected);
  });

  test.each<[string, string, object]>([
    [
      'unknown members are kept under their new names',
      '{"a":[1, 2],"id":1,"c":"\\u0041"}',
      { id: 1n, $meta: '{"b":[1, 2],"c":"\\u0041"}' },
    ],
    ['also where they change places', '{"a":1,"b":2,"id":1}', { id: 1n, $meta: '{"b":1,"a":2}' }],
  ])('%s', async (_, record, expected) => {
    expect(await rowOf(record, { renames: swap }, open)).toEqual(expected);
  });

  test('unknown members may not meet under one name', async () => {
    const renames = [{ from: 'a', to: 'b"' }];
    expect(await rowOf('{"a":1,"id":1}', { renames }, open)).toEqual({ id: 1n, $meta: '{"b\\"":1}' });
    expect(await rowOf('{"a":1,"b\\"":2,"id":1}', { renames }, open)).toEqual([`V060 $['b"']`]);
  });

  test('what is wrong with a renamed unknown member is told where the record has it', async () => {
    expect(await rowOf('{"b":1,"a":[1e999],"id":1}', { renames: swap }, open)).toEqual(['V015 $.a[0]']);
  });
});

describe('sources inside of the value', () => {
  const sources = [value('title', 'doc', 'title'), value('year', 'doc', 'years', '0')];
  test.each<[string, string, Options, object]>([
    [
      'fill their fields, and the member is no unknown field',
      '{"id":1,"doc":{"title":"t","years":[5,6],"x":1}}',
      { sources },
      { id: 1n, title: 't', year: 5 },
    ],
    ['leave out what is not there', '{"id":1,"doc":{"title":"t"}}', { sources }, { id: 1n, title: 't' }],
    ['also where the member is not there', '{"id":1}', { sources }, { id: 1n }],
    ['take null for null', '{"id":1,"doc":{"title":null}}', { sources }, { id: 1n }],
    [
      'tell what is wrong where the record has it',
      '{"id":1,"doc":{"title":5,"years":[1e9]}}',
      { sources },
      ['V012 $.doc.title', 'V013 $.doc.years[0]'],
    ],
    [
      'miss what is required where it should be',
      '{"doc":{}}',
      { sources: [value('id', 'doc', 'id')] },
      ['V010 $.doc.id'],
    ],
    ['may be a whole member', '{"id":1,"t":"x"}', { sources: [value('title', 't')] }, { id: 1n, title: 'x' }],
    [
      'may be the same for two fields',
      '{"id":1,"n":5}',
      { sources: [value('year', 'n'), value('at', 'n')] },
      { id: 1n, year: 5, at: 5n },
    ],
    ['may lie inside of the member of their name', '{"id":{"n":7}}', { sources: [value('id', 'id', 'n')] }, { id: 7n }],
    [
      'leave the member to the field of its name',
      '{"id":1,"title":"t"}',
      { sources: [value('seen', 'title')] },
      ['V043 $.title'],
    ],
    [
      'stand in for the member of the name, which cannot be there too',
      '{"id":1,"title":"t","doc":{"title":"u"}}',
      { sources },
      ['V061 $.title'],
    ],
    [
      'unless it is excluded',
      '{"id":1,"title":"t","doc":{"title":"u"}}',
      { sources, exclude: ['title'] },
      { id: 1n, title: 'u' },
    ],
    [
      'or unknown fields are ignored',
      '{"id":1,"title":"t","doc":{"title":"u"}}',
      { sources, unknownFields: UnknownFields.IGNORE },
      { id: 1n, title: 'u' },
    ],
  ])('%s', async (_, record, options, expected) => {
    expect(await rowOf(record, options)).toEqual(expected);
  });

  test('read members by the names that the record has', async () => {
    const options = { sources: [value('title', 'doc', 'title')], renames: [{ from: 'doc', to: 'details' }] };
    expect(await rowOf('{"id":1,"doc":{"title":"t"}}', options, open)).toEqual({
      id: 1n,
      title: 't',
      $meta: '{"details":{"title":"t"}}',
    });
  });
});

describe('sources in the key', () => {
  const json: Options = { keyFormat: KeyFormat.JSON, sources: [key('title', 'tenant'), key('year', 'ys', '1')] };
  test.each<[string, TestRecord, Options, object]>([
    [
      'fill their fields',
      { value: '{"id":1}', key: '{"tenant":"a","ys":[1,2]}' },
      json,
      { id: 1n, title: 'a', year: 2 },
    ],
    ['leave out what is not there', { value: '{"id":1}', key: '{"ys":[1]}' }, json, { id: 1n }],
    ['and where the key is no object', { value: '{"id":1}', key: '5' }, json, { id: 1n }],
    ['and where there is no key', { value: '{"id":1}' }, json, { id: 1n }],
    ['refuse a bad key once', { value: '{"id":1}', key: '{' }, json, ['V063 $key']],
    [
      'tell what is wrong where the key has it',
      { value: '{"id":1}', key: '{"tenant":1,"ys":[0,""]}' },
      json,
      ['V012 $key.tenant', 'V012 $key.ys[1]'],
    ],
    [
      'take a whole key as text',
      { value: '{"id":1}', key: 'k"1' },
      { keyFormat: KeyFormat.STRING, sources: [key('title')] },
      { id: 1n, title: 'k"1' },
    ],
    [
      'take a whole key as an integer',
      { value: '{"id":1}', key: Buffer.from([1, 0]) },
      { keyFormat: KeyFormat.SHORT, sources: [key('year')] },
      { id: 1n, year: 256 },
    ],
    [
      'take a whole key of JSON',
      { value: '{"id":1}', key: '"k"' },
      { keyFormat: KeyFormat.JSON, sources: [key('title')] },
      { id: 1n, title: 'k' },
    ],
    [
      'miss a required field',
      { value: '{}', key: '{}' },
      { keyFormat: KeyFormat.JSON, sources: [key('id', 'id')] },
      ['V010 $key.id'],
    ],
  ])('%s', async (_, record, options, expected) => {
    expect(await rowOf(record, options)).toEqual(expected);
  });
});

describe('sources besides value and key', () => {
  const header: Options = { sources: [from('title', Source.HEADER, 'x-y')] };
  const record = { value: '{"id":1}', headers: { 'x-y': 'text é' }, timestampMs: 1_767_225_600_123n };
  test.each<[string, TestRecord, Options, object]>([
    ['a header fills a text', record, header, { id: 1n, title: 'text é' }],
    [
      'a header of bad UTF-8 is refused',
      { ...record, headers: { 'x-y': Buffer.from([0x61, 0xff]) } },
      header,
      ["V066 $header['x-y']"],
    ],
    [
      'a header that is too long is refused',
      { ...record, headers: { 'x-y': 'x'.repeat(33) } },
      header,
      ["V016 $header['x-y']"],
    ],
    [
      'the timestamp fills an integer',
      record,
      { sources: [from('at', Source.TIMESTAMP)] },
      { id: 1n, at: 1_767_225_600_123n },
    ],
    [
      'and text in UTC',
      record,
      { sources: [from('title', Source.TIMESTAMP)] },
      { id: 1n, title: '2026-01-01T00:00:00.123Z' },
    ],
    [
      'and a moment',
      record,
      { sources: [from('seen', Source.TIMESTAMP)] },
      { id: 1n, seen: '2026-01-01T00:00:00.123Z' },
    ],
    [
      'no timestamp leaves the field out',
      { ...record, timestampMs: -1n },
      { sources: [from('seen', Source.TIMESTAMP)] },
      { id: 1n },
    ],
    [
      'a timestamp that text cannot say is refused',
      { ...record, timestampMs: 2n ** 60n },
      { sources: [from('seen', Source.TIMESTAMP)] },
      ['V067 $timestamp'],
    ],
    [
      'an integer takes any',
      { ...record, timestampMs: 2n ** 62n },
      { sources: [from('at', Source.TIMESTAMP)] },
      { id: 1n, at: 2n ** 62n },
    ],
    ['the topic fills a text', record, { sources: [from('title', Source.TOPIC)] }, { id: 1n, title: 'topic' }],
    ['the partition fills an integer', record, { sources: [from('year', Source.PARTITION)] }, { id: 1n, year: 3 }],
    ['and a text', record, { sources: [from('title', Source.PARTITION)] }, { id: 1n, title: '3' }],
    ['the offset fills an integer', record, { sources: [from('at', Source.OFFSET)] }, { id: 1n, at: 100n }],
    ['and a text', record, { sources: [from('title', Source.OFFSET)] }, { id: 1n, title: '100' }],
  ])('%s', async (_, given, options, expected) => {
    expect(await rowOf(given, options)).toEqual(expected);
  });

  test('a header that the record does not have leaves the field out', async () => {
    const lane = laneFor(docs, { recordOptions: header });
    const checked = await checkRecords(lane, [{ value: '{"id":1}' }, { value: '{"id":2}', headers: { 'x-y': '' } }]);
    expect(decodeColumns([checked.parts[0]?.columns ?? []]).get('title')).toEqual([undefined, '']);
  });

  test('an offset that the field cannot hold is a violation like any other', async () => {
    const sources = [from('tiny', Source.OFFSET)];
    const of = collection([...docs.fields, field('tiny', FieldType.INT8, { isNullable: true })]);
    const lane = laneFor(of, { recordOptions: { sources } });
    const records = Array.from({ length: 29 }, (_, id) => ({ value: `{"id":${id}}` }));
    expect(rejectionsOf(await checkRecords(lane, records))).toEqual(['128 V013 $offset']);
  });
});

describe('the primary key', () => {
  const byKey = { primaryKeyMode: PrimaryKeyMode.RECORD_KEY, keyFormat: KeyFormat.JSON };
  test.each<[string, TestRecord, Options, object]>([
    ['comes from the member of its name', { value: '{"id":1}' }, {}, { id: 1n }],
    [
      'or from a path of the value, whose member is no unknown field',
      { value: '{"ids":[4,5]}' },
      { primaryKeyPath: ['ids', '1'] },
      { id: 5n },
    ],
    ['and then not from its name', { value: '{"id":1,"ids":[4,5]}' }, { primaryKeyPath: ['ids', '1'] }, ['V061 $.id']],
    [
      'missing there is told there',
      { value: '{"id":1}' },
      { primaryKeyPath: ['docId'], exclude: ['id'] },
      ['V010 $.docId'],
    ],
    ['may be the key', { value: '{"year":1}', key: '7' }, byKey, { id: 7n, year: 1 }],
    ['may be a member of the key', { value: '{}', key: '{"id":7,"x":1}' }, byKey, { id: 7n }],
    [
      'may be at a path of the key',
      { value: '{}', key: '{"a":{"b":7},"id":1}' },
      { ...byKey, primaryKeyPath: ['a', 'b'] },
      { id: 7n },
    ],
    ['is missed where there is no key', { value: '{}' }, byKey, ['V062 $key']],
    ['is missed in the key', { value: '{}', key: '{}' }, byKey, ['V010 $key.id']],
    ['is refused for what it is', { value: '{}', key: '"7"' }, byKey, ['V012 $key']],
    ['is not in the value then', { value: '{"id":7}', key: '7' }, byKey, ['V061 $.id']],
    ['unless that is excluded', { value: '{"id":8}', key: '7' }, { ...byKey, exclude: ['id'] }, { id: 7n }],
    [
      'may be a source like others',
      { value: '{}', key: Buffer.from([0, 9]) },
      { keyFormat: KeyFormat.SHORT, sources: [key('id')] },
      { id: 9n },
    ],
  ])('%s', async (_, record, options, expected) => {
    expect(await rowOf(record, options)).toEqual(expected);
  });

  test('may be topic, partition and offset, so that a record meets its own row', async () => {
    const options = { primaryKeyMode: PrimaryKeyMode.KAFKA };
    expect(await rowOf('{"year":1}', options, named)).toEqual({ name: 'topic+3+100', year: 1 });
    expect(await rowOf('{"name":"x"}', options, named)).toEqual(['V061 $.name']);
    expect(await rowOf('{"name":"x"}', { ...options, exclude: ['name'] }, named)).toEqual({ name: 'topic+3+100' });
  });

  test('of a rejection is told from wherever it comes', async () => {
    const keys = async (of: typeof docs, recordOptions: Options, record: TestRecord) =>
      (await checkRecords(laneFor(of, { recordOptions }), [record])).rejections.map(({ primaryKey }) => primaryKey);
    expect(await keys(docs, byKey, { value: '{"year":"x"}', key: '{"id":7}' })).toEqual(['7']);
    expect(await keys(docs, { primaryKeyPath: ['a'] }, { value: '{"a":5,"year":"x"}' })).toEqual(['5']);
    expect(await keys(named, { primaryKeyMode: PrimaryKeyMode.KAFKA }, { value: '{"year":"x"}' })).toEqual([
      'topic+3+100',
    ]);
  });
});

describe('unknown fields', () => {
  const { UNSPECIFIED, ERROR, IGNORE, DYNAMIC } = UnknownFields;
  test.each<[string, typeof docs, UnknownFields, object]>([
    ['unset, with a dynamic field: kept', open, UNSPECIFIED, { id: 1n, $meta: '{"x":2}' }],
    ['unset, without: a violation', docs, UNSPECIFIED, ['V019 $.x']],
    ['error, with a dynamic field: a violation', open, ERROR, ['V019 $.x']],
    ['error, without: a violation', docs, ERROR, ['V019 $.x']],
    ['ignore, with a dynamic field: left out', open, IGNORE, { id: 1n, $meta: '{}' }],
    ['ignore, without: left out', docs, IGNORE, { id: 1n }],
    ['dynamic: kept', open, DYNAMIC, { id: 1n, $meta: '{"x":2}' }],
  ])('%s', async (_, of, unknownFields, expected) => {
    expect(await rowOf('{"id":1,"x":2}', { unknownFields }, of)).toEqual(expected);
  });
});

test('a record does not see what the one before it was', async () => {
  const recordOptions = {
    renames: [
      { from: 'titel', to: 'title' },
      { from: 'a', to: 'b' },
    ],
    sources: [value('year', 'doc', 'year'), from('seen', Source.HEADER, 'x')],
    primaryKeyMode: PrimaryKeyMode.RECORD_KEY,
    keyFormat: KeyFormat.JSON,
  };
  const checked = await checkRecords(laneFor(open, { recordOptions }), [
    { value: '{"titel":"t","doc":{"year":5},"a":1}', key: '{"id":1}', headers: { x: '2020-01-01T00:00:00Z' } },
    { value: '{}', key: '2' },
    { value: '{"title":1}', key: '{}' },
    { value: '{"titel":1}' },
    { value: '{"b":2}', key: '5' },
  ]);
  expect(rejectionsOf(checked)).toEqual(['102 V010 $key.id', '102 V012 $.title', '103 V062 $key', '103 V012 $.titel']);
  const columns = decodeColumns([checked.parts[0]?.columns ?? []]);
  expect(Object.fromEntries(columns)).toEqual({
    id: [1n, 2n, 5n],
    title: ['t', undefined, undefined],
    year: [5, undefined, undefined],
    at: [undefined, undefined, undefined],
    seen: ['2020-01-01T00:00:00Z', undefined, undefined],
    flag: [undefined, undefined, undefined],
    $meta: ['{"b":1}', '{}', '{"b":2}'],
  });
});
