import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { beforeAll, expect, inject, it } from 'vitest';
import type { ServerName } from './harness/collection-server.ts';
import { type Filled, type Filling, fillCollections } from './harness/fill-collections.ts';

/**
 * Records that kafka-connect-milvus loses or changes, as its DataConverter and MilvusSinkTask have it; a record that it
 * skips is committed all the same.
 */
interface OldFailure extends Filling {
  /** What the old sink does, and what Millrace does. */
  readonly name: string;
  readonly rows: readonly object[];
  /** Offset, code and path of each dead letter. */
  readonly letters: readonly (readonly [offset: number, code: string, path: string])[];
}

const id: FakeField = { name: 'id', type: DataType.Int64, isPrimaryKey: true };
const vector: FakeField = { name: 'vector', type: DataType.FloatVector, params: { dim: 2 } };

interface FieldCase {
  readonly field: Omit<FakeField, 'name'>;
  readonly server?: ServerName;
  /** JSON texts of the field, one record each, and the stored value or the code and path of the dead letter. */
  readonly texts: readonly (readonly [
    text: string,
    ...became: readonly [stored: unknown] | readonly [code: string, path: string],
  ])[];
}

/** A collection whose field `field` is filled by records with these ids: 0, 1, … */
function ofField(topic: string, name: string, { field, server = 'milvus-lite', texts }: FieldCase): OldFailure {
  const became = texts.map(([, ...what], offset) => ({ offset, what }));
  return {
    name,
    server,
    topic: `old_${topic}`,
    shape: { fields: [id, { name: 'field', ...field }, vector] },
    messages: texts.map(([text], offset) => ({ value: `{"id": ${offset}, "field": ${text}, "vector": [1, 2]}` })),
    rows: became.flatMap(({ offset, what }) =>
      what.length === 1 ? [{ id: String(offset), field: what[0], vector: [1, 2] }] : [],
    ),
    letters: became.flatMap(({ offset, what }) => (what.length === 2 ? [[offset, ...what] as const] : [])),
  };
}

const failures: readonly OldFailure[] = [
  ofField('binary', "binary vectors became a dump of Java's buffer; here they are written, as bytes or as base64", {
    field: { type: DataType.BinaryVector, params: { dim: 16 } },
    server: 'recording server',
    texts: [
      ['[128, 7]', [128, 7]],
      ['"gAc="', [128, 7]],
    ],
  }),
  ofField('array', 'records with an Array were skipped; here they are written', {
    field: { type: DataType.Array, elementType: DataType.Int64, params: { max_capacity: 4 } },
    texts: [
      ['[1, 9223372036854775807]', ['1', '9223372036854775807']],
      ['[]', []],
    ],
  }),
  ofField(
    'sparse',
    'records with a sparse vector as text were skipped; here they are dead letters, and objects are written',
    {
      field: { type: DataType.SparseFloatVector },
      texts: [
        ['"{\\"1\\": 0.5}"', 'V012', '$.field'],
        ['{"1": 0.5}', { 1: 0.5 }],
      ],
    },
  ),
  ofField('int8', '300 was sent for an Int8 as it is; here it is a dead letter', {
    field: { type: DataType.Int8 },
    texts: [
      ['127', 127],
      ['300', 'V013', '$.field'],
    ],
  }),
  ofField('bool', '"yes" became false; here it is a dead letter', {
    field: { type: DataType.Bool },
    texts: [
      ['"yes"', 'V012', '$.field'],
      ['true', true],
    ],
  }),
  ofField('null', 'records with null in a nullable field were skipped; here the null is written', {
    field: { type: DataType.VarChar, isNullable: true, params: { max_length: 8 } },
    texts: [
      ['null', null],
      ['"text"', 'text'],
    ],
  }),
  ofField('int64', '2^63 became -2^63; here it is a dead letter, and 2^63 - 1 is written', {
    field: { type: DataType.Int64 },
    texts: [
      ['9223372036854775808', 'V013', '$.field'],
      ['9223372036854775807', '9223372036854775807'],
    ],
  }),
  ofField('object', 'an object in a VarChar became {a=1}, as Java prints it; here it is a dead letter', {
    field: { type: DataType.VarChar, params: { max_length: 16 } },
    texts: [
      ['{"a": 1}', 'V012', '$.field'],
      ['"{\\"a\\": 1}"', '{"a": 1}'],
    ],
  }),
  {
    name: 'a value of [1,2,3] was skipped; here it is a dead letter',
    server: 'milvus-lite',
    topic: 'old_list',
    shape: { fields: [id, vector] },
    messages: [{ value: '[1,2,3]' }, { value: '{"id": 1, "vector": [1, 2]}' }],
    rows: [{ id: '1', vector: [1, 2] }],
    letters: [[0, 'V007', '$']],
  },
  {
    name: 'nothing was ever written to a collection with autoID; here every record is',
    server: 'milvus-lite',
    topic: 'old_auto_id',
    shape: { fields: [{ ...id, autoId: true }, vector] },
    messages: [{ value: '{"vector": [1, 2]}' }, { value: '{"vector": [3, 4]}' }],
    rows: [
      { id: expect.stringMatching(/^\d+$/), vector: [1, 2] },
      { id: expect.stringMatching(/^\d+$/), vector: [3, 4] },
    ],
    letters: [],
  },
  {
    name: 'after a batch of nothing but skipped records it wrote an empty one, and failed; here nothing is written, and the next record is',
    server: 'milvus-lite',
    topic: 'old_empty',
    shape: { fields: [id, vector] },
    keys: { 'batch.records.max': '2' },
    messages: [
      { value: null },
      { value: '{"id": "x"' },
      { value: '7' },
      { value: '{}' },
      { value: '{"id": 4, "vector": [1, 2]}' },
    ],
    rows: [{ id: '4', vector: [1, 2] }],
    letters: [
      [0, 'V009', '$'],
      [1, 'V001', '$'],
      [2, 'V007', '$'],
      [3, 'V010', '$.id'],
    ],
  },
];

let filled: ReadonlyMap<OldFailure, Filled>;
beforeAll(async () => {
  filled = await fillCollections(failures, { bootstrap: inject('bootstrap'), timeoutMs: 60_000 });
}, 300_000);

it.each(failures)('$name', (failure) => {
  const { rows = [], letters = [] } = filled.get(failure) ?? {};
  expect(rows.toSorted((a, b) => Number(BigInt(String(a.id)) - BigInt(String(b.id))))).toEqual(failure.rows);
  const header = (name: string) => letters.map(({ headers }) => String(headers[`__millrace.${name}`]));
  const [offsets, codes, paths] = [header('offset').map(Number), header('error.code'), header('error.path')];
  const found = offsets.map((offset, index) => [offset, codes[index], paths[index]] as const);
  expect(found.toSorted(([a], [b]) => a - b)).toEqual(failure.letters);
});
