import {
  FailureClass,
  FieldType,
  InsertMode,
  KeyFormat,
  PrimaryKeyMode,
  type RecordOptions,
  Source,
  Tombstones,
  UnknownFields,
} from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { laneFor, refusalOf } from '../testing/encode-rows.ts';

const books = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true, typeName: 'Int64' }),
  field('title', FieldType.VARCHAR, { maxLength: 4, typeName: 'VarChar' }),
  field('year', FieldType.INT8, { typeName: 'Int8' }),
  field('flag', FieldType.BOOL, { typeName: 'Bool' }),
  field('seen', FieldType.TIMESTAMPTZ, { typeName: 'Timestamptz' }),
  field('tags', FieldType.ARRAY, { typeName: 'Array', elementTypeCode: FieldType.BOOL, maxCapacity: 3 }),
  field('score', FieldType.INT64, { typeName: 'Int64', isFunctionOutput: true }),
]);
const named = collection([
  field('name', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 27, typeName: 'VarChar' }),
]);
const autoId = collection(books.fields.map((of) => ({ ...of, isAutoId: of.isPrimaryKey })));

type Options = Partial<RecordOptions>;
const source = (name: string, of: Source, ...path: string[]): Options => ({
  sources: [{ field: name, source: of, path }],
});
const string = { keyFormat: KeyFormat.STRING };
const rename = (from: string, to: string): Options => ({ renames: [{ from, to }] });

describe('options that make no sense for the collection refuse the lane', () => {
  test.each<[string, Options, string, typeof books?]>([
    [
      'V107',
      source('titel', Source.VALUE, 'doc', 'title'),
      'fields.source=titel:$.doc.title fills `titel`, which collection `books` does not have (did you mean `title`?)',
    ],
    [
      'V107',
      source('nothing like it', Source.TOPIC),
      'fields.source=nothing like it:$topic fills `nothing like it`, which collection `books` does not have',
    ],
    [
      'V107',
      source('score', Source.OFFSET),
      'fields.source=score:$offset fills `score`: Milvus computes it from other fields (function output)',
    ],
    [
      'V107',
      source('id', Source.OFFSET),
      'fields.source=id:$offset fills `id`: Milvus makes the key itself (autoID)',
      autoId,
    ],
    [
      'V107',
      { primaryKeyPath: ['x'] },
      'collection `books` makes its own keys (autoID): there is none to fill by pk.mode',
      autoId,
    ],
    [
      'V107',
      { ...string, primaryKeyMode: PrimaryKeyMode.RECORD_KEY },
      'collection `books` makes its own keys (autoID): there is none to fill by pk.mode',
      autoId,
    ],
    ['V107', rename('a', 'b'), 'fields.rename=a:b fills `b`, which collection `books` does not have'],
    [
      'V107',
      rename('a', 'score'),
      'fields.rename=a:score fills `score`: Milvus computes it from other fields (function output)',
    ],
    [
      'V107',
      rename('a', '$meta'),
      "fields.rename=a:$meta takes the name of Milvus's dynamic field",
      { ...books, hasDynamicField: true },
    ],
    [
      'V107',
      { ...rename('a', 'b'), unknownFields: UnknownFields.IGNORE },
      'fields.rename=a:b fills `b`, which collection `books` does not have',
      { ...books, hasDynamicField: true },
    ],
    [
      'V108',
      source('flag', Source.TIMESTAMP),
      'fields.source=flag:$timestamp: `flag` (Bool) does not take a timestamp',
    ],
    [
      'V108',
      source('year', Source.TIMESTAMP),
      'fields.source=year:$timestamp: `year` (Int8) does not take a timestamp',
    ],
    [
      'V108',
      source('id', Source.HEADER, 'x-y'),
      "fields.source=id:$header['x-y']: `id` (Int64) does not take the text of a header",
    ],
    [
      'V108',
      source('tags', Source.HEADER, 'x'),
      'fields.source=tags:$header.x: `tags` (Array) does not take the text of a header',
    ],
    ['V108', source('id', Source.TOPIC), 'fields.source=id:$topic: `id` (Int64) does not take the name of a topic'],
    ['V108', source('title', Source.TOPIC), 'fields.source=title:$topic: the text is 5 bytes long, the field takes 4'],
    ['V108', source('seen', Source.OFFSET), 'fields.source=seen:$offset: `seen` (Timestamptz) does not take an offset'],
    [
      'V108',
      source('flag', Source.PARTITION),
      'fields.source=flag:$partition: `flag` (Bool) does not take the number of a partition',
    ],
    [
      'V108',
      { ...string, ...source('id', Source.KEY) },
      'fields.source=id:$key: `id` (Int64) does not take a key of this key.converter',
    ],
    [
      'V108',
      { ...string, ...source('title', Source.KEY, 'a') },
      'fields.source=title:$key.a: `title` (VarChar) does not take a key of this key.converter',
    ],
    [
      'V108',
      { keyFormat: KeyFormat.LONG, ...source('title', Source.KEY) },
      'fields.source=title:$key: `title` (VarChar) does not take a key of this key.converter',
    ],
    [
      'V108',
      { ...string, primaryKeyMode: PrimaryKeyMode.RECORD_KEY },
      'pk.mode=record_key: `id` (Int64) does not take keys of this key.converter',
    ],
    [
      'V108',
      { primaryKeyMode: PrimaryKeyMode.KAFKA },
      'pk.mode=kafka makes keys of text, which `id` (Int64) does not take',
    ],
    [
      'V108',
      { primaryKeyMode: PrimaryKeyMode.KAFKA },
      'pk.mode=kafka makes keys of up to 27 bytes here, `name` takes 26',
      collection(named.fields.map((of) => ({ ...of, maxLength: 26 }))),
    ],
    [
      'V109',
      { primaryKeyPath: ['a'], ...source('id', Source.OFFSET) },
      'pk.fields and fields.source=id:$offset both fill `id` (Int64)',
    ],
    [
      'V109',
      {
        sources: [
          ...(source('id', Source.VALUE, 'a').sources ?? []),
          ...(source('id', Source.VALUE, 'b').sources ?? []),
        ],
      },
      'fields.source=id:$.a and fields.source=id:$.b both fill `id` (Int64)',
    ],
    [
      'V109',
      { ...rename('a', 'id'), ...source('id', Source.OFFSET) },
      'fields.source=id:$offset and fields.rename=a:id both fill `id`',
    ],
    [
      'V113',
      { unknownFields: UnknownFields.DYNAMIC },
      'unknown.fields=dynamic: collection `books` has no dynamic field',
    ],
    [
      'V114',
      { primaryKeyMode: PrimaryKeyMode.RECORD_KEY },
      'pk.mode=record_key reads record keys, and no option says what they are',
    ],
    [
      'V114',
      source('title', Source.KEY),
      'fields.source=title:$key reads record keys, and no option says what they are',
    ],
    [
      'V115',
      { ...source('title', Source.VALUE, 'doc', 'title'), exclude: ['doc'] },
      'fields.source=title:$.doc.title reads `doc`, which fields.exclude leaves out',
    ],
    [
      'V115',
      { ...source('title', Source.VALUE, 'doc', 'title'), include: ['id'] },
      'fields.source=title:$.doc.title reads `doc`, which fields.include does not name',
    ],
    ['V115', { primaryKeyPath: ['a'], exclude: ['a'] }, 'pk.fields reads `a`, which fields.exclude leaves out'],
    [
      'V115',
      { deleteMarker: { path: ['op'], values: ['d'] }, include: ['id'] },
      'delete.marker.path reads `op`, which fields.include does not name',
    ],
    ['V115', { ...rename('a', 'id'), exclude: ['a'] }, 'fields.rename=a:id reads `a`, which fields.exclude leaves out'],
    [
      'V115',
      {
        renames: [
          { from: 'a', to: 'id' },
          { from: 'a', to: 'title' },
        ],
      },
      'fields.rename names `a` twice',
    ],
  ])('%s %j', (code, recordOptions, message, of = books) => {
    expect(refusalOf(of, { recordOptions })).toMatchObject({ code, message, class: FailureClass.OPERATOR });
  });

  test('a key of its own for each record leaves nothing to update', () => {
    const options = { recordOptions: { primaryKeyMode: PrimaryKeyMode.KAFKA } };
    const refusal = refusalOf(named, { ...options, writeOptions: { insertMode: InsertMode.UPDATE } });
    const message = 'pk.mode=kafka gives each record a key of its own, so insert.mode=update updates nothing';
    expect(refusal).toMatchObject({ code: 'V115', message });
  });

  test('with all that stands against them', () => {
    const refusal = refusalOf(books, {
      recordOptions: {
        sources: [
          { field: 'flag', source: Source.TIMESTAMP, path: [] },
          { field: 'x', source: Source.OFFSET, path: [] },
        ],
        exclude: ['op'],
        deleteMarker: { path: ['op'], values: ['d'] },
        tombstones: Tombstones.DELETE,
        unknownFields: UnknownFields.DYNAMIC,
      },
    });
    expect(refusal?.code).toBe('V108');
    expect(refusal?.message.split('; ')).toEqual([
      'fields.source=flag:$timestamp: `flag` (Bool) does not take a timestamp',
      'fields.source=x:$offset fills `x`, which collection `books` does not have',
      'behavior.on.null.values=delete reads record keys, and no option says what they are',
      'delete.marker.path reads `op`, which fields.exclude leaves out',
      'unknown.fields=dynamic: collection `books` has no dynamic field',
    ]);
  });
});

describe('what a lane needs of records besides their values follows from its options', () => {
  test.each<[Options, object, typeof books?]>([
    [{}, { keys: false, timestamps: false, headers: [] }],
    [{ keyFormat: KeyFormat.JSON }, { keys: false, timestamps: false, headers: [] }],
    [{ ...string, ...source('title', Source.KEY) }, { keys: true }],
    [{ ...string, primaryKeyMode: PrimaryKeyMode.RECORD_KEY }, { keys: true }, named],
    [{ ...string, tombstones: Tombstones.DELETE }, { keys: true }, named],
    [{ tombstones: Tombstones.IGNORE }, { keys: false }, named],
    [{ primaryKeyMode: PrimaryKeyMode.KAFKA }, { keys: false, timestamps: false }, named],
    [source('seen', Source.TIMESTAMP), { timestamps: true }],
    [source('title', Source.HEADER, 'x'), { headers: ['x'] }],
  ])('%j', (recordOptions, needs, of = books) => {
    expect(laneFor(of, { recordOptions }).needs).toMatchObject(needs);
  });
});
