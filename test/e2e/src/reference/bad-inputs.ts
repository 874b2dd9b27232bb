import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { type BadInput, type BadInputGroup, key, vector } from './bad-input-group.ts';
import { jsonKeys, longKeys, shaped } from './bad-keys.ts';
import { bytes, field, withMembers, withTexts } from './broken-kind.ts';
import { brokenKinds } from './broken-kinds.ts';
import { mixedFields } from './rows.ts';

const fieldsOf = (fields: typeof mixedFields): FakeField[] =>
  fields.map(({ name, data_type, is_primary_key, dim, max_length }) => ({
    name: String(name),
    type: data_type as DataType,
    ...(is_primary_key && { isPrimaryKey: true }),
    params: {
      ...(dim !== undefined && { dim: Number(dim) }),
      ...(max_length !== undefined && { max_length: Number(max_length) }),
    },
  }));

const mixed: BadInputGroup = {
  topic: 'bad_mixed',
  server: 'milvus-lite',
  shape: { fields: fieldsOf(mixedFields) },
  badInputs: [
    ...brokenKinds,
    {
      name: 'a thousand headers',
      code: 'V012',
      path: '$.flag',
      value: withTexts({ flag: '1' }),
      headers: Object.fromEntries(
        Array.from({ length: 1_000 }, (_, index) => [`header-${index}`, Buffer.from(`${index}`)]),
      ),
    },
    {
      name: 'one header name five hundred times',
      code: 'V012',
      path: '$.flag',
      value: withTexts({ flag: '1' }),
      headers: { again: Array.from({ length: 500 }, (_, index) => Buffer.from([index & 255, 0, 255])) },
    },
    {
      name: 'a time half an hour ahead',
      code: 'V012',
      path: '$.flag',
      value: withTexts({ flag: '1' }),
      timestamp: String(Date.now() + 1_800_000),
    },
    {
      name: 'the first moment of 1970',
      code: 'V012',
      path: '$.flag',
      value: withTexts({ flag: '1' }),
      timestamp: '0',
    },
    {
      name: 'a key of 100,000 bytes',
      code: 'V012',
      path: '$.flag',
      value: withTexts({ flag: '1' }),
      key: Buffer.alloc(100_000, 'k'),
    },
  ],
  good: (number) => ({
    id: String(number),
    flag: 'true',
    tiny: '-128',
    small: '32767',
    plain: '1.0',
    long: String(-number),
    single: '0.5',
    double: '0.1',
    title: `"neighbour ${number}"`,
    vector: `[${new Array(16).fill('0.25').join()}]`,
    pair: `[${number}, -0.5]`,
  }),
  stored: (number) => ({
    id: String(number),
    flag: true,
    tiny: -128,
    small: 32_767,
    plain: 1,
    long: String(-number),
    single: 0.5,
    double: 0.1,
    title: `neighbour ${number}`,
    vector: new Array(16).fill(0.25),
    pair: [number, -0.5],
  }),
};

const dynamicMember = (name: string, code: string, path: string, members: string): BadInput => ({
  name,
  code,
  path,
  value: withMembers(members),
});

const dynamic: BadInputGroup = {
  topic: 'bad_dynamic',
  server: 'milvus-lite',
  shape: { fields: [key, vector], hasDynamicField: true },
  badInputs: [
    dynamicMember('a member called $meta', 'V022', "$['$meta']", '"$meta": {"a": 1}'),
    dynamicMember('more than 65,536 bytes together', 'V021', '$', `"long": "${'x'.repeat(65_510)}"`),
    dynamicMember('a number beyond every double', 'V015', '$.far', '"far": 1e999'),
    dynamicMember('such a number deep inside', 'V015', '$.deep[1].far', '"deep": [0, {"far": -1e400}]'),
    dynamicMember('a key twice, deep inside', 'V006', '$.deep.a', '"deep": {"a": 1, "b": 2, "a": 3}'),
    dynamicMember('__proto__ twice', 'V006', '$.__proto__', '"__proto__": 1, "__proto__": 2'),
    dynamicMember('half of a surrogate pair in a member', 'V004', '$.half', '"half": "\\udc00"'),
    dynamicMember('NaN in a member', 'V001', '$', '"far": NaN'),
    dynamicMember('a member nested too deep', 'V005', '$', `"deep": ${'['.repeat(100)}${']'.repeat(100)}`),
    { name: 'members and no vector', code: 'V010', path: '$.vector', value: bytes('{"id": 1, "note": "x"}') },
  ],
  good: (number) => ({ id: String(number), vector: `[${number}, 1]`, note: `"neighbour ${number}"` }),
  stored: (number) => ({ id: String(number), vector: [number, 1], $meta: { note: `neighbour ${number}` } }),
};

/** Limits of the schema-validator while the bad inputs run: the broker takes no record of more than a megabyte. */
export const validatorLimits = { RECORD_BYTES_MAX: '800000', RECORD_KEYS_MAX: '2000', BATCH_BYTES_MAX: '900000' };

const large: BadInputGroup = {
  topic: 'bad_large',
  server: 'milvus-lite',
  shape: { fields: [key, vector], hasDynamicField: true },
  badInputs: [
    {
      name: 'a value above the limit',
      code: 'V008',
      path: '$',
      value: bytes(`{"id": 1, "a": "${'x'.repeat(800_000)}"}`),
    },
    { name: 'no JSON above the limit', code: 'V008', path: '$', value: bytes(new Uint8Array(800_001)) },
    { name: 'a value larger than a batch', code: 'record.too_large', path: '$', value: bytes('x'.repeat(910_000)) },
    {
      name: 'a key of half a megabyte',
      code: 'V010',
      path: '$.vector',
      value: bytes('{"id": 1}'),
      key: Buffer.alloc(500_000, 'k'),
    },
    {
      name: 'too many members',
      code: 'V024',
      path: '$',
      value: withMembers(Array.from({ length: 2_001 }, (_, index) => `"m${index}": ${index}`).join()),
    },
    {
      name: 'too many members, deep inside',
      code: 'V024',
      path: '$',
      value: withMembers(`"all": [${new Array(1_001).fill('{"a": 1, "b": 2}').join()}]`),
    },
    { name: 'a name of 700,000 bytes', code: 'V021', path: '$', value: withMembers(`"${'n'.repeat(700_000)}": 1`) },
  ],
  good: (number) => ({ id: String(number), vector: `[${number}, 1]` }),
  stored: (number) => ({ id: String(number), vector: [number, 1], $meta: {} }),
};

const wideFields = Array.from(
  { length: 10 },
  (_, index): FakeField => ({
    name: `wide${index}`,
    type: DataType.Array,
    elementType: DataType.Double,
    isNullable: true,
    params: { max_capacity: 4_096 },
  }),
);

/** Limits of the inserter: a row may be larger than its record. */
export const inserterLimits = { BATCH_BYTES_MAX: '300000' };

const wide: BadInputGroup = {
  topic: 'bad_wide',
  server: 'milvus-lite',
  shape: { fields: [key, vector, ...wideFields] },
  badInputs: [
    {
      name: 'a row larger than a batch of the inserter',
      code: 'V023',
      path: '$',
      value: withTexts(
        Object.fromEntries(wideFields.map(({ name }) => [name, `[${new Array(4_096).fill('1').join()}]`])),
      ),
    },
    ...wideFields.slice(0, 2).map(({ name }, index): BadInput => {
      const list = index === 0 ? new Array(4_097).fill('1') : [...new Array(4_095).fill('1'), 'null'];
      const [code, path] = index === 0 ? ['V041', `$.${name}`] : ['V042', `$.${name}[4095]`];
      return {
        name: `${name} of ${list.length} elements`,
        code,
        path,
        value: withTexts({ [name]: `[${list.join()}]` }),
      };
    }),
  ],
  good: (number) => ({ id: String(number), vector: `[${number}, 1]` }),
  stored: (number) => ({
    id: String(number),
    vector: [number, 1],
    ...Object.fromEntries(wideFields.map(({ name }) => [name, null])),
  }),
};

const noZeros: BadInputGroup = {
  topic: 'bad_sparse',
  server: 'milvus-lite',
  shape: { fields: [key, { name: 'sparse', type: DataType.SparseFloatVector }] },
  badInputs: ['{}', '[]', '{"1": 0}', '[[3, -0], [4, 1e-60]]', '{"indices": [], "values": []}'].map((text) =>
    field(`${text} for milvus-lite`, 'V051', 'sparse', text),
  ),
  good: (number) => ({ id: String(number), sparse: `{"${number}": 0.5}` }),
  stored: (number) => ({ id: String(number), sparse: { [number]: 0.5 } }),
};

export const badInputGroups: readonly BadInputGroup[] = [
  mixed,
  dynamic,
  large,
  wide,
  noZeros,
  shaped,
  jsonKeys,
  longKeys,
];
