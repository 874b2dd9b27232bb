import type { FakeField } from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { type BadInput, type BadInputGroup, key, vector } from './bad-input-group.ts';
import { bytes, field, withMembers, withTexts } from './broken-kind.ts';

const text: FakeField = { name: 'title', type: DataType.VarChar, params: { max_length: 16 } };

/** Fields from inside the value and from headers. */
export const shaped: BadInputGroup = {
  topic: 'bad_shaped',
  server: 'milvus-lite',
  shape: { fields: [key, vector, text, { ...text, name: 'tenant' }] },
  keys: { 'fields.rename': 'docId:id', 'fields.source': 'title:$.doc.title,tenant:$header.tenant' },
  badInputs: [
    { name: 'a member, and one renamed to it', code: 'V060', path: '$.docId', value: withMembers('"id": 1') },
    {
      name: 'a member that is filled from elsewhere',
      code: 'V061',
      path: '$.title',
      value: withMembers('"title": "x"'),
    },
    field('nothing where the field comes from', 'V010', 'doc', '{}', '$.doc.title'),
    field('null where the field comes from', 'V011', 'doc', '{"title": null}', '$.doc.title'),
    field('a number where the field comes from', 'V012', 'doc', '{"title": 7}', '$.doc.title'),
    field('a list on the way to the field', 'V010', 'doc', '["title"]', '$.doc.title'),
    field('a text too long where it comes from', 'V016', 'doc', '{"title": "seventeen letters"}', '$.doc.title'),
    field('a renamed key that is no integer', 'V012', 'docId', '"7"'),
    {
      name: 'a header that is no UTF-8',
      code: 'V066',
      path: '$header.tenant',
      value: withTexts({}),
      headers: { tenant: Buffer.from([0xff, 0xfe]) },
    },
    { name: 'a header that is not there', code: 'V010', path: '$header.tenant', value: withTexts({}), headers: {} },
    {
      name: 'a header too long',
      code: 'V016',
      path: '$header.tenant',
      value: withTexts({}),
      headers: { tenant: Buffer.from('seventeen letters') },
    },
  ].map((bad) => ({ headers: { tenant: Buffer.from('north') }, ...bad })),
  good: (number) => ({ docId: String(number), vector: `[${number}, 1]`, doc: `{"title": "t ${number}"}` }),
  stored: (number) => ({ id: String(number), vector: [number, 1], title: `t ${number}`, tenant: 'north' }),
  goodHeaders: { tenant: Buffer.from('north') },
};

/** A good value under a key that is not. */
const keyed = (name: string, code: string, path: string, recordKey: Buffer | string | null): BadInput => ({
  name,
  code,
  path,
  value: withTexts({}),
  key: typeof recordKey === 'string' ? Buffer.from(recordKey) : recordKey,
});

export const jsonKeys: BadInputGroup = {
  topic: 'bad_json_keys',
  server: 'milvus-lite',
  shape: { fields: [key, vector] },
  keys: {
    'pk.mode': 'record_key',
    'pk.fields': 'id',
    'behavior.on.null.values': 'delete',
    'delete.marker.path': '$.op',
    'delete.marker.values': 'd',
  },
  badInputs: [
    keyed('no key', 'V062', '$key', null),
    keyed('a key that is no JSON', 'V063', '$key', 'id=1'),
    keyed('an empty key', 'V063', '$key', ''),
    keyed('a member of the key twice', 'V063', '$key', '{"id": 1, "id": 2}'),
    keyed('a key that is no UTF-8', 'V064', '$key', Buffer.from([0x22, 0xff, 0x22])),
    keyed('a key without the member', 'V010', '$key.id', '{"ID": 1}'),
    keyed('null in the key', 'V011', '$key.id', '{"id": null}'),
    keyed('a text in the key', 'V012', '$key.id', '{"id": "1"}'),
    keyed('a key beyond Int64', 'V013', '$key.id', '{"id": 9223372036854775808}'),
    keyed('a key with a fraction', 'V014', '$key.id', '{"id": 0.5}'),
    { ...keyed('the key in the value too', 'V061', '$.id', '{"id": 1}'), value: withMembers('"id": 1') },
    { ...keyed('a tombstone without a key', 'V062', '$key', null), value: () => null },
    { ...keyed('a tombstone with a bad key', 'V012', '$key.id', '{"id": true}'), value: () => null },
    { ...keyed('a delete without a key', 'V062', '$key', null), value: bytes('{"op": "d"}') },
    { ...keyed('a delete that is cut short', 'V001', '$', '{"id": 1}'), value: bytes('{"op": "d"') },
  ],
  good: (number) => ({ vector: `[${number}, 1]` }),
  stored: (number) => ({ id: String(number), vector: [number, 1] }),
  goodKey: (number) => Buffer.from(`{"id": ${number}}`),
};

export const longKeys: BadInputGroup = {
  topic: 'bad_long_keys',
  server: 'milvus-lite',
  shape: { fields: [key, vector] },
  keys: { 'pk.mode': 'record_key', 'key.converter': 'org.apache.kafka.connect.converters.LongConverter' },
  badInputs: [
    keyed('a key of seven bytes', 'V065', '$key', Buffer.alloc(7)),
    keyed('a key of text for a long', 'V065', '$key', '1'),
    keyed('no key for a long', 'V062', '$key', null),
  ],
  good: (number) => ({ vector: `[${number}, 1]` }),
  stored: (number) => ({ id: String(number), vector: [number, 1] }),
  goodKey(number) {
    const bigEndian = Buffer.alloc(8);
    bigEndian.writeBigInt64BE(BigInt(number));
    return bigEndian;
  },
};
