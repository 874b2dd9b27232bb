import { FieldType } from '@millrace/contracts';
import { expect, test } from 'vitest';
import type { Described } from './collections.ts';
import { deleteFormOf } from './delete-form.ts';

const int64 = { name: 'id', typeCode: FieldType.INT64, typeName: 'Int64' };
const varChar = { name: 'id', typeCode: FieldType.VARCHAR, typeName: 'VarChar' };

function formOf(serverVersion: string, keyField: { readonly name: string }) {
  const form = deleteFormOf({ keyField, collection: { serverVersion } } as Pick<Described, 'keyField' | 'collection'>);
  return typeof form === 'string' ? form : form.code;
}

const refused = 'lane.delete_needs_templates';

test.each([
  ['v2.3.5-lite', 'sums', refused],
  ['v2.4.18', 'sums', refused],
  ['milvus_lite-3.2.2', 'literals', refused],
  ['v2.4.19', 'template', 'template'],
  ['v2.5.0-beta', 'template', 'template'],
  ['2.6.22', 'template', 'template'],
  ['v3.0.0', 'template', 'template'],
  ['Zilliz Cloud Vector Database(Compatible with Milvus 2.3)', 'sums', refused],
  ['Zilliz Cloud Vector Database(Compatible with Milvus 2.5)', 'template', 'template'],
  ['master-20260224-2d14975d18', 'template', 'template'],
])('%s deletes integers by %s, texts by %s', (version, integers, texts) => {
  expect([formOf(version, int64), formOf(version, varChar)]).toEqual([integers, texts]);
});

test('a key whose name could be read as anything else than a name deletes nothing', () => {
  for (const name of ['', '1d', 'a b', 'id in [1] or id', '$meta', 'é', 'a\n']) {
    expect(formOf('v2.6.0', { ...int64, name })).toBe('lane.delete_key_name');
  }
  expect(formOf('v2.6.0', { ...int64, name: '_Id9' })).toBe('template');
});
