import { Collection, Field, FieldType, InsertMode, OpenLane, Tombstones } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { toLane } from './lane.ts';
import { testConnection } from './testing/test-connection.ts';

interface Case {
  readonly mode?: InsertMode;
  readonly key?: Partial<Field>;
  readonly fields?: readonly Partial<Field>[];
  readonly partition?: string;
  readonly deletes?: boolean;
  readonly server?: string;
}

/** The code of the refusal, or the method by which the lane writes. */
function opened({ mode, key = {}, fields = [], partition = '', deletes = false, server = 'v2.6.5' }: Case): string {
  const keyField = Field.fromPartial({ name: 'id', typeCode: FieldType.INT64, isPrimaryKey: true, ...key });
  const others = fields.map((field) => Field.fromPartial(field));
  const collection = { ...Collection.fromPartial({ serverVersion: server }), fields: [keyField, ...others] };
  const lane = toLane(
    OpenLane.fromPartial({
      writeOptions: { insertMode: mode ?? InsertMode.UNSPECIFIED },
      recordOptions: { tombstones: deletes ? Tombstones.DELETE : Tombstones.IGNORE },
    }),
    { connection: testConnection(), database: '', collection: 'c', partition },
    {
      collection,
      version: { collectionId: 0n, schemaTimestamp: 0n, fingerprint: '' },
      keyField,
      identity: '',
      isSerial: false,
    },
  );
  return 'code' in lane ? lane.code : `${lane.isPartial ? 'partial ' : ''}${lane.method}`;
}

const { UPSERT, INSERT, UPDATE } = InsertMode;
const autoId = { isAutoId: true };
const partitionKey = { name: 'tenant', isPartitionKey: true };
const varChar = { typeCode: FieldType.VARCHAR };

test.each<[string, Case]>([
  ['Upsert', {}],
  ['Insert', { key: autoId }],
  ['Insert', { mode: INSERT }],
  ['lane.upsert_with_auto_id', { mode: UPSERT, key: autoId }],
  ['lane.key_type', { key: { typeCode: FieldType.DOUBLE } }],
  ['partial Upsert', { mode: UPDATE }],
  ['partial Upsert', { mode: UPDATE, server: 'v2.6.2' }],
  ['partial Upsert', { mode: UPDATE, server: 'milvus_lite-3.2.2' }],
  ['lane.update_unsupported', { mode: UPDATE, server: 'v2.6.1' }],
  ['lane.update_unsupported', { mode: UPDATE, server: 'v2.3.5' }],
  ['lane.upsert_with_auto_id', { mode: UPDATE, key: autoId }],
  ['Upsert', { partition: 'p' }],
  ['Upsert', { fields: [partitionKey] }],
  ['lane.partition_with_partition_key', { partition: 'p', fields: [partitionKey] }],
  ['Upsert', { deletes: true }],
  ['partial Upsert', { deletes: true, mode: UPDATE }],
  ['lane.delete_with_insert', { deletes: true, mode: INSERT }],
  ['lane.delete_with_insert', { deletes: true, key: autoId }],
  ['Upsert', { deletes: true, server: 'v2.3.5' }],
  ['lane.delete_needs_templates', { deletes: true, server: 'v2.3.5', key: varChar }],
  ['Upsert', { deletes: false, server: 'v2.3.5', key: varChar }],
])('%s: %o', (expected, given) => {
  expect(opened(given)).toBe(expected);
});
