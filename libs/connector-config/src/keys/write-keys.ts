import type { KeyTable } from '../key-spec.ts';

export const insertModes = ['upsert', 'insert', 'update'] as const;
export const primaryKeyModes = ['record_value', 'record_key', 'kafka'] as const;
export const nullValueBehaviors = ['fail', 'delete', 'ignore'] as const;

/** What a record does to the collection, and to which entity. */
export const writeKeys = {
  'insert.mode': {
    status: 'used',
    type: 'choice',
    default: undefined,
    values: insertModes,
    importance: 'medium',
    documentation:
      'upsert: a record replaces the entity with its primary key. insert: each record is a new entity. update: a record sets the fields that it has, and the others keep their values. Unset means upsert, or insert for a collection that makes its own keys (autoID), where upsert and update are errors.',
    example: 'upsert',
  },
  'pk.mode': {
    status: 'used',
    type: 'choice',
    default: 'record_value',
    values: primaryKeyModes,
    importance: 'medium',
    documentation:
      'Where the primary key comes from. record_value: the field of its name. record_key: the record key, or its member where it is a JSON object. kafka: `topic+partition+offset` as text, so that records of an append-only stream are written once; the primary key must be a VarChar.',
    example: 'record_key',
  },
  'pk.fields': {
    status: 'used',
    type: 'list',
    default: undefined,
    importance: 'medium',
    documentation:
      'The one member of the record value or key that is the primary key. Unset means the member of its name.',
    example: 'id',
  },
  'behavior.on.null.values': {
    status: 'used',
    type: 'choice',
    default: 'fail',
    values: nullValueBehaviors,
    importance: 'medium',
    documentation:
      'What a record without a value does. fail: it is rejected. delete: it deletes the entity of its record key. ignore: it is left out.',
    example: 'delete',
  },
  'delete.enabled': {
    status: 'used',
    type: 'boolean',
    default: undefined,
    importance: 'medium',
    documentation: 'true means `behavior.on.null.values=delete`.',
    example: 'true',
  },
  'delete.marker.path': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'medium',
    documentation:
      'Member of record values that says whether the record deletes the entity of its primary key; together with `delete.marker.values`.',
    example: '$.op',
  },
  'delete.marker.values': {
    status: 'used',
    type: 'list',
    default: undefined,
    importance: 'medium',
    documentation: 'What stands at `delete.marker.path` in a record that deletes: texts, numbers, true or false.',
    example: 'd,delete',
  },
} as const satisfies KeyTable;
