import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { expect } from 'vitest';
import { arrayKinds } from './array-kinds.ts';
import { accept, code, everywhere, int64, type Kind, modern, PerServer, refuse, refuseAll } from './kinds.ts';
import { demanded, scalarKinds } from './scalar-kinds.ts';
import { structKinds } from './struct-kinds.ts';
import { textKinds } from './text-kinds.ts';
import type { KindGroup } from './types-page.ts';
import { vectorKinds } from './vector-kinds.ts';

/** Every kind of value, each once, without null and default. */
const valueKinds: readonly Kind[] = [...scalarKinds, ...textKinds, ...arrayKinds, ...vectorKinds];

const isVector = ({ field }: Kind): boolean => field.type >= DataType.BinaryVector;

/** The same type in a field that may be null: what is not there and what is null arrive as no value. */
function nullable(kind: Kind): Kind {
  const name = `nullable_${kind.field.name}`;
  return {
    title: `${kind.title}, nullable`,
    shape: 'optional',
    field: { ...kind.field, name, isNullable: true },
    on: kind.on.filter((server) => (isVector(kind) ? server === 'recording server' : modern.includes(server))),
    ...(kind.field.type === DataType.FloatVector && { note: 'milvus-lite hands out zeros for a null vector' }),
    accepts: [...kind.accepts.slice(0, 1), accept('null', null), accept(undefined, null)],
    refuses: kind.refuses.filter(({ code, path }) => code === 'V012' && path === undefined).slice(0, 1),
  };
}

const defaults: Readonly<Record<string, { readonly value: FakeField['default']; readonly stored: unknown }>> = {
  bool: { value: { bool_data: true }, stored: true },
  int8: { value: { int_data: 8 }, stored: 8 },
  int16: { value: { int_data: 16 }, stored: 16 },
  int32: { value: { int_data: 32 }, stored: 32 },
  int64: { value: { long_data: '64' }, stored: '64' },
  float: { value: { float_data: 0.5 }, stored: 0.5 },
  double: { value: { double_data: 0.25 }, stored: 0.25 },
  varchar: { value: { string_data: 'default' }, stored: 'default' },
};

/** The same type in a field with a default: null is sent, and the server puts the default in its place. */
function defaulted(kind: Kind): Kind[] {
  const known = defaults[kind.field.name];
  if (known === undefined) return [];
  const name = `default_${kind.field.name}`;
  const stored = new PerServer({ 'milvus-lite': known.stored, 'recording server': null });
  const becomes = { becomes: 'the default' };
  return [
    {
      title: `${kind.title}, with a default`,
      shape: 'optional',
      field: { ...kind.field, name, default: known.value ?? {} },
      on: modern,
      accepts: [...kind.accepts.slice(0, 1), accept('null', stored, becomes), accept(undefined, stored, becomes)],
      refuses: kind.refuses.filter(({ code }) => code === 'V012').slice(0, 1),
    },
  ];
}

const int64Key: Kind = {
  title: 'Int64, primary key',
  shape: 'long key',
  field: { name: 'int64_key', type: DataType.Int64, isPrimaryKey: true },
  keyOf: (row) => String(1_000 + row),
  on: everywhere,
  note: 'Milvus 2.3.5 counts a row of the greatest key and cannot read it back',
  accepts: [
    int64('0'),
    int64('9223372036854775807', '9223372036854775807', { on: modern }),
    int64('-9223372036854775808'),
    int64('-9007199254740993'),
  ],
  refuses: [
    ...demanded,
    ...refuseAll('V012', ['"7"', 'true']),
    refuse('9223372036854775808', 'V013'),
    refuse('1.5', 'V014'),
  ],
};

const varcharKey: Kind = {
  title: 'VarChar(32), primary key',
  shape: 'text key',
  field: { name: 'varchar_key', type: DataType.VarChar, isPrimaryKey: true, params: { max_length: 32 } },
  keyOf: (row) => `"row ${row}"`,
  on: everywhere,
  accepts: [
    accept('"key"', 'key'),
    accept('"é"', 'é'),
    accept('"e\u0301"', 'e\u0301', { shown: '`"e\\u0301"` as two characters', becomes: 'two characters' }),
    accept('"it\'s \\"quoted\\" \\\\ || 1==1"', 'it\'s "quoted" \\ || 1==1'),
    accept('"\\u0000\\n"', '\0\n'),
  ],
  refuses: [...demanded, ...refuseAll('V012', ['7', '["key"]']), refuse(`"${'🚂'.repeat(9)}"`, 'V016')],
};

const someKey: unknown = expect.stringMatching(/^\d+$/);

const autoId: Kind = {
  title: 'Int64, primary key, autoID',
  shape: 'generated key',
  field: { name: 'auto_id', type: DataType.Int64, isPrimaryKey: true, autoId: true },
  on: everywhere,
  accepts: [
    accept(
      undefined,
      new PerServer({ 'milvus-lite': someKey, 'Milvus 2.3.5': someKey, 'recording server': undefined }),
      { becomes: "Milvus's own" },
    ),
  ],
  refuses: refuseAll('V020', ['7', 'null', '"7"']),
};

const partitionKeys: readonly Kind[] = [
  {
    title: 'Int64, partition key',
    shape: 'plain',
    field: { name: 'int64_partition_key', type: DataType.Int64, isPartitionKey: true },
    on: everywhere,
    accepts: [int64('7'), int64('-1')],
    refuses: [...demanded, refuse('"7"', 'V012')],
  },
  {
    title: 'VarChar(16), partition key',
    shape: 'generated key',
    field: { name: 'varchar_partition_key', type: DataType.VarChar, isPartitionKey: true, params: { max_length: 16 } },
    on: everywhere,
    accepts: [accept('"north"', 'north'), accept('""', ''), accept('"日本"', '日本')],
    refuses: [...demanded, refuse('7', 'V012'), refuse('"seventeen letters"', 'V016')],
  },
];

/** What the recording server got is JSON text, made of the members' own text. */
const dynamicValue = (text: string, sent: string) => {
  const parsed: unknown = JSON.parse(sent);
  return accept(text, new PerServer({ 'milvus-lite': parsed, 'Milvus 2.3.5': parsed, 'recording server': sent }), {
    becomes: code(sent),
  });
};

const dynamicField: Kind = {
  title: 'Dynamic field',
  shape: 'text key',
  field: { name: '$meta', type: DataType.JSON },
  isSpread: true,
  on: everywhere,
  accepts: [
    dynamicValue('{}', '{}'),
    dynamicValue('{"colour": "blue", "deep": {"list": [1, null]}}', '{"colour":"blue","deep":{"list": [1, null]}}'),
    dynamicValue('{"n": 9007199254740993.10}', '{"n":9007199254740993.10}'),
    dynamicValue('{"__proto__": null, "constructor": 1}', '{"__proto__":null,"constructor":1}'),
  ],
  refuses: [
    refuse('{"$meta": {}}', 'V022', { path: "$['$meta']" }),
    refuse(`{"long": "${'x'.repeat(65_536)}"}`, 'V021', { path: '$', shown: 'members of more than 65,536 bytes' }),
  ],
};

const functionOutput: Kind = {
  title: 'Function output (BM25)',
  shape: 'function output',
  field: { name: 'bm25', type: DataType.SparseFloatVector, isFunctionOutput: true },
  beside: [
    {
      field: { name: 'text', type: DataType.VarChar, params: { max_length: 64, enable_analyzer: 'true' } },
      text: '"a text"',
      stored: 'a text',
    },
  ],
  on: ['recording server'],
  accepts: [accept(undefined, undefined, { becomes: 'not sent' })],
  refuses: refuseAll('V020', ['{"1": 0.5}', 'null']),
};

export const kindGroups: readonly KindGroup[] = [
  { heading: 'Values', kinds: valueKinds },
  { heading: 'Structs', kinds: structKinds },
  {
    heading: 'Fields that may be empty',
    kinds: [...valueKinds.map(nullable), ...valueKinds.flatMap(defaulted)],
  },
  {
    heading: 'Keys, the dynamic field, and what Milvus fills in',
    kinds: [int64Key, varcharKey, autoId, ...partitionKeys, dynamicField, functionOutput],
  },
];
