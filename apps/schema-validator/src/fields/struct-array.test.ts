import { type Field, FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { planCollection } from '../plan.ts';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const maxCapacity = 3;
const scalar = (name: string, elementTypeCode: FieldType, maxLength = 0) =>
  field(name, FieldType.ARRAY, { elementTypeCode, maxCapacity, maxLength });
const vector = (name: string, elementTypeCode: FieldType, dim: number) =>
  field(name, FieldType.ARRAY_OF_VECTOR, { elementTypeCode, maxCapacity, dim });
const struct = (name: string, subFields: readonly Field[], more: Partial<Field> = {}) =>
  field(name, FieldType.ARRAY_OF_STRUCT, { subFields, maxCapacity, typeName: 'ArrayOfStruct', ...more });

const id = field('id', FieldType.INT64, { isPrimaryKey: true });
const chunkMembers = [
  scalar('text', FieldType.VARCHAR, 8),
  scalar('n', FieldType.INT8),
  vector('v', FieldType.FLOAT_VECTOR, 2),
];
const documents = collection([id, struct('chunks', chunkMembers)], { hasDynamicField: true });
const optional = collection([id, struct('chunks', chunkMembers, { isNullable: true })], { serverVersion: 'v3.0.0' });
const withChunks = (chunks: string, number = 1) => `{"id":${number},"chunks":${chunks}}`;
const chunk = (n: number) => `{"text":"t${n}","n":${n},"v":[${n},0.5]}`;

function decoded(records: readonly string[], of = documents) {
  const encoder = encoderFor(of);
  for (const record of records) expect(findings(encoder, record)).toEqual([]);
  return decodeRowsWithSdk(encodeUpsert([encoder.take()], records.length));
}

describe('good values', () => {
  test('arrive as a list of structs for each row, in whatever order the members stand', () => {
    const rows = decoded([
      withChunks(`[${chunk(1)}, { "v" : [ -0 , 1e-1 ],\n"\\u006e":-128,"text":"\\u00e9😀" } ]`),
      withChunks('[ ]', 2),
      withChunks(`[${chunk(3)},${chunk(4)},${chunk(5)}]`, 3),
    ]);
    expect(rows.map(({ chunks }) => chunks)).toEqual([
      [
        { text: 't1', n: 1, v: [1, 0.5] },
        { text: 'é😀', n: -128, v: [-0, Math.fround(0.1)] },
      ],
      [],
      [3, 4, 5].map((n) => ({ text: `t${n}`, n, v: [n, 0.5] })),
    ]);
  });

  test('have a column for each member, behind each other, with the name of the struct', () => {
    const encoder = encoderFor(documents);
    check(encoder, withChunks(`[${chunk(1)}]`));
    const shown = encoder.take().map(({ structName, fieldName, type, elementType, dim, valid }) => {
      return [structName, fieldName, type, elementType, dim, valid.length];
    });
    expect(shown).toEqual([
      ['', 'id', FieldType.INT64, 0, 0, 0],
      ['chunks', 'text', FieldType.ARRAY, FieldType.VARCHAR, 0, 0],
      ['chunks', 'n', FieldType.ARRAY, FieldType.INT8, 0, 0],
      ['chunks', 'v', FieldType.ARRAY_OF_VECTOR, FieldType.FLOAT_VECTOR, 2, 0],
      ['', '$meta', FieldType.JSON, 0, 0, 0],
    ]);
  });

  test('have the member of their type also where there are none', () => {
    const encoder = encoderFor(documents);
    check(encoder, withChunks('[]'));
    const [, text, n, v] = encoder.take();
    expect([text, n, v].map((column) => column?.elements.toString('hex'))).toEqual([
      '0a023200',
      '0a021200',
      '120408021200',
    ]);
  });

  test('may be null or missing where the struct is nullable, for all members at once', () => {
    const records = [withChunks('null'), '{"id":2}', withChunks('[]', 3), withChunks(`[${chunk(4)}]`, 4)];
    expect(decoded(records, optional).map(({ chunks }) => chunks)).toEqual([
      null,
      null,
      [],
      [{ text: 't4', n: 4, v: [4, 0.5] }],
    ]);
    const encoder = encoderFor(optional);
    check(encoder, withChunks('null'));
    expect(encoder.take().map(({ valid }) => [...valid])).toEqual([[], [0], [0], [0]]);
  });

  test('count for all their bytes, and nothing stays of a row that is refused', () => {
    const encoder = encoderFor(optional);
    check(encoder, withChunks(`[${chunk(1)}]`));
    const before = encoder.byteCount;
    expect(findings(encoder, withChunks(`[${chunk(2)},{"text":"x","n":1,"v":[1]}]`))).toEqual(['V017 $.chunks[1].v']);
    expect(encoder.byteCount).toBe(before);
    const columns = encoder.take();
    const bytes = columns.reduce((sum, { elements, valid }) => sum + elements.length + valid.length, 16);
    expect(before).toBe(bytes);
    expect(decodeRowsWithSdk(encodeUpsert([columns], 1))).toHaveLength(1);
  });
});

describe('bad values', () => {
  test.each([
    ['null', ['V011 $.chunks']],
    ['{}', ['V012 $.chunks']],
    ['"[]"', ['V012 $.chunks']],
    [`[${Array(4).fill(chunk(1)).join()}]`, ['V041 $.chunks']],
    ['[1,"x",[]]', ['V012 $.chunks[0]', 'V012 $.chunks[1]', 'V012 $.chunks[2]']],
    ['[null]', ['V042 $.chunks[0]']],
    ['[{}]', ['V010 $.chunks[0].text', 'V010 $.chunks[0].n', 'V010 $.chunks[0].v']],
    [`[${chunk(1)},{"text":null,"n":1,"v":[1,2]}]`, ['V011 $.chunks[1].text']],
    [
      '[{"text":"123456789","n":128,"v":[1,2,3]}]',
      ['V016 $.chunks[0].text', 'V013 $.chunks[0].n', 'V017 $.chunks[0].v'],
    ],
    ['[{"text":"a","n":1,"v":[1,null]}]', ['V018 $.chunks[0].v[1]']],
    ['[{"text":"a","n":1,"v":[1e39,0]}]', ['V015 $.chunks[0].v[0]']],
    ['[{"text":"a","n":"1","v":"AACAPwAAAD8="}]', ['V012 $.chunks[0].n']],
    ['[{"text":"a","n":1,"v":[1,2],"more":{}}]', ['V019 $.chunks[0].more']],
    ['[{"text":"a","n":1,"v":[1,2],"__proto__":1}]', ['V019 $.chunks[0].__proto__']],
    ['[{"text":"a","n":1,"v":[1,2],"\\u006e":1}]', ['V006 $.chunks[0].n']],
  ])('%s', (chunks, expected) => {
    const encoder = encoderFor(documents);
    expect(findings(encoder, withChunks(chunks))).toEqual(expected);
    expect(encoder.rowCount).toBe(0);
  });

  test('a struct that is missing', () => {
    expect(findings(encoderFor(documents), '{"id":1}')).toEqual(['V010 $.chunks']);
  });

  test('say what is wanted, and what was probably meant', () => {
    const { violations } = check(encoderFor(documents), withChunks('[{"txt":"a","n":1,"v":[1,2]},7]'));
    expect(violations).toMatchObject([
      { code: 'V019', expected: 'one of `text`, `n`, `v`', hint: 'did you mean `text`?' },
      { code: 'V010', expected: 'a string of at most 8 bytes (UTF-8)', found: 'nothing' },
      { code: 'V012', expected: 'an object with `text`, `n`, `v`', found: 'number 7' },
    ]);
  });

  test('of unknown members, none go to the dynamic field', () => {
    const rows = decoded([`{"id":1,"more":[{"text":1}],"chunks":[${chunk(1)}]}`]);
    expect(rows[0]?.$meta).toBe('{"more":[{"text":1}]}');
  });
});

test.each([
  [[scalar('doc', FieldType.JSON)], '`chunks[doc]` (type 22 of type 23)'],
  [[scalar('ok', FieldType.BOOL), vector('s', FieldType.SPARSE_FLOAT_VECTOR, 0)], '`chunks[s]` (type 106)'],
  [[field('plain', FieldType.INT8)], '`chunks[plain]` (type 2)'],
  [[], '`chunks` (ArrayOfStruct)'],
])('a struct with members of other types is refused by name', (members, named) => {
  expect(planCollection(collection([id, struct('chunks', members)]), 0)).toMatchObject({
    failure: { code: 'V101', message: expect.stringContaining(named) },
  });
});

test.each([
  ['v2.6.3', false, '`chunks` (ArrayOfStruct needs Milvus 2.6.4)'],
  ['v2.6.4', false, undefined],
  ['v2.6.22', true, '`chunks` (ArrayOfStruct, nullable, needs Milvus 3.0)'],
  ['v3.0.0', true, undefined],
  ['milvus_lite-3.2.2', false, '`chunks` (ArrayOfStruct is not in Milvus Lite)'],
])('server %s, nullable: %s', (serverVersion, isNullable, lack) => {
  const planning = planCollection(
    collection([id, struct('chunks', chunkMembers, { isNullable })], { serverVersion }),
    0,
  );
  if (lack === undefined) expect(planning).toHaveProperty('plan');
  else expect(planning).toMatchObject({ failure: { code: 'V110', message: expect.stringContaining(lack) } });
});
