import { FieldType } from '@millrace/contracts';
import type { TestField } from './entity-batch.ts';

/** Two Arrays of Struct, of which the second may be null. */
export const structFields: readonly TestField[] = [
  { name: 'id', type: FieldType.INT64 },
  {
    name: 'plain',
    type: FieldType.ARRAY_OF_STRUCT,
    members: [
      { name: 'flag', type: FieldType.BOOL },
      { name: 'small', type: FieldType.INT8 },
      { name: 'big', type: FieldType.INT64 },
      { name: 'f', type: FieldType.FLOAT },
      { name: 'd', type: FieldType.DOUBLE },
      { name: 'text', type: FieldType.VARCHAR },
      { name: 'v', type: FieldType.FLOAT_VECTOR, dim: 2 },
      { name: 'bits', type: FieldType.BINARY_VECTOR, dim: 16 },
      { name: 'half', type: FieldType.FLOAT16_VECTOR, dim: 2 },
      { name: 'bytes', type: FieldType.INT8_VECTOR, dim: 3 },
    ],
  },
  {
    name: 'maybe',
    type: FieldType.ARRAY_OF_STRUCT,
    hasValidity: true,
    members: [
      { name: 'text', type: FieldType.VARCHAR },
      { name: 'v', type: FieldType.FLOAT_VECTOR, dim: 2 },
    ],
  },
];

const struct = (n: number) => ({
  flag: n % 2 === 1,
  small: 0 - n,
  big: BigInt(n) - 2n ** 63n,
  f: n / 2,
  d: 0.1 * n,
  text: 'é'.repeat(n),
  v: [1.5 * n, -0.25],
  bits: [n, 255],
  half: [n / 2, -2],
  bytes: [n, -128, 127],
});

export const structRows = [
  { id: 1n, plain: [struct(0), struct(1), struct(2)], maybe: [{ text: 'a', v: [1, 2] }] },
  { id: 2n, plain: [], maybe: null },
  { id: 3n, plain: [struct(3)], maybe: [] },
];

/** The Upsert that pymilvus 3.0.2 makes of these rows (Prepare.row_upsert_param). */
export const pymilvusUpsert = Buffer.from(
  [
    'GgFjKg8IBRICaWQaBxoFCgMBAgMqnAQIyAESBXBsYWluQo8ECiAIFhIEZmxhZxoWQhQKBwoFCgMAAQAKAgoACgUKAwoBAQo8CBYS',
    'BXNtYWxsGjFCLwoZEhcKFQD///////////8B/v//////////AQoCEgAKDhIMCgr9//////////8BCkMIFhIDYmlnGjpCOAoiGiAK',
    'HoCAgICAgICAgAGBgICAgICAgIABgoCAgICAgICAAQoCGgAKDhoMCgqDgICAgICAgIABCikIFhIBZhoiQiAKECIOCgwAAAAAAAAA',
    'PwAAgD8KAiIACggiBgoEAADAPwo5CBYSAWQaMkIwChwqGgoYAAAAAAAAAACamZmZmZm5P5qZmZmZmck/CgIqAAoMKgoKCDQzMzMz',
    'M9M/CiwIFhIEdGV4dBoiQiAKDjIMCgAKAsOpCgTDqcOpCgIyAAoKMggKBsOpw6nDqQpDCGoSAXYiPEI6CAISHggCEhoKGAAAAAAA',
    'AIC+AADAPwAAgL4AAEBAAACAvhIECAISABIOCAISCgoIAACQQAAAgL4YZQoqCGoSBGJpdHMiIEIeCBASCggQGgYA/wH/Av8SBAgQ',
    'GgASBggQGgID/xhkCjIIahIEaGFsZiIoQiYIAhIQCAIiDAAAAMAAOADAADwAwBIECAIiABIICAIiBAA+AMAYZgovCGoSBWJ5dGVz',
    'IiRCIggDEg0IAzoJAIB/AYB/AoB/EgQIAzoAEgcIAzoDA4B/GGkqVAjIARIFbWF5YmVCSAocCBYSBHRleHQaDUILCgUyAwoBYQoC',
    'MgA6AwEAAQooCGoSAXYiHEIaCAISDggCEgoKCAAAgD8AAABAEgQIAhIAGGU6AwEAATgD',
  ].join(''),
  'base64',
);
