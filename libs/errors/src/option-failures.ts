import type { FailureTable } from './entry.ts';

/** The options of a connector make no sense for its collection, so that not one record could be written. */
export const optionFailures = {
  V107: {
    name: 'option-for-no-field',
    title: 'an option fills a field that records cannot fill',
    hint: 'name fields as the collection has them in fields.source and fields.rename, and none that Milvus fills in itself',
    endsBy: 'a fix',
    meaning:
      'The connector fills a field by `fields.source`, `fields.rename`, `pk.fields` or `pk.mode` that the collection does not have, or that Milvus fills in itself (autoID, function outputs).',
    steps: [
      'Correct the name; the message says what was probably meant.',
      'Or add the field to the collection, or enable its dynamic field, which keeps renamed members.',
    ],
    told: 'fields.source=titel:$.doc.title fills `titel`, which collection `books` does not have (did you mean `title`?)',
  },
  V108: {
    name: 'option-of-wrong-type',
    title: 'an option fills a field with what its type never takes',
    hint: 'use a field of another type, or take the option out',
    endsBy: 'a fix',
    meaning:
      'What the option names is of one kind in all records (text, a number, a moment), and the type of the field takes none of that kind. Every record would be rejected, so the lane is not opened at all.',
    steps: [
      'Keys and headers: text goes into VarChar and the like, integers into Int8 to Int64, Float and Double.',
      'Timestamps go into Int64, VarChar and Timestamptz; offsets and partitions into integers and VarChar; topics into VarChar.',
      '`pk.mode=kafka` makes text (`topic+partition+offset`), for a VarChar key that is long enough.',
    ],
    told: 'fields.source=flag:$timestamp: `flag` (Bool) does not take a timestamp',
  },
  V109: {
    name: 'field-filled-twice',
    title: 'two options fill one field',
    hint: 'take one of the two options out',
    endsBy: 'a fix',
    meaning:
      'A field has one origin: the member of its name, or what one of `fields.source`, `fields.rename`, `pk.fields` and `pk.mode` says.',
    steps: ['Take one of the two options out.'],
  },
  V111: {
    name: 'deletes-impossible',
    title: 'records cannot delete rows of this collection',
    hint: 'set behavior.on.null.values=fail and take delete.marker.path out, or change what stands against it',
    endsBy: 'a fix',
    meaning:
      'A record deletes the row of its primary key. So the key has to come from the record: neither Milvus (autoID) nor the offset (`pk.mode=kafka`) may make it, and in insert mode rows of one key may be many.',
    steps: [
      'Set `behavior.on.null.values` to `fail` or `ignore`, and take `delete.marker.path` out.',
      'Or use `insert.mode=upsert`, a primary key from the record, and a collection without autoID.',
    ],
    told: 'behavior.on.null.values=delete cannot be: collection `log` makes its own keys (autoID), so no record names the row to delete',
  },
  V113: {
    name: 'no-dynamic-field',
    title: 'unknown fields are to go to a dynamic field that the collection does not have',
    hint: 'set unknown.fields=error or unknown.fields=ignore, or use a collection with a dynamic field',
    endsBy: 'a fix',
    meaning: 'With `unknown.fields=dynamic` members that are no field are kept in the dynamic field of the collection.',
    steps: [
      'Set `unknown.fields=error` to reject records with unknown fields, or `ignore` to leave the fields out.',
      'Or use a collection with a dynamic field.',
    ],
    told: 'unknown.fields=dynamic: collection `books` has no dynamic field',
  },
  V114: {
    name: 'key-converter-missing',
    title: 'an option reads the keys of records, and nothing says what they are',
    hint: 'set key.converter, such as org.apache.kafka.connect.storage.StringConverter',
    endsBy: 'a fix',
    meaning:
      'A key of eight bytes may be text or an integer, and only `key.converter` says which. Options that read keys are `pk.mode=record_key`, `behavior.on.null.values=delete` and `fields.source` with `$key`.',
    steps: ['Set `key.converter` in the connector or in the worker file.'],
    told: 'pk.mode=record_key reads record keys, and no option says what they are',
  },
  V115: {
    name: 'options-contradict',
    title: 'an option reads a member that another one leaves out',
    hint: 'name the member in fields.include, or take it out of fields.exclude; what an option reads needs no fields.exclude',
    endsBy: 'a fix',
    meaning:
      'Members that `fields.include` does not name, or that `fields.exclude` names, are not read at all, so nothing can be filled from them. A member that a field is filled from, or that marks deletes, is no unknown field: it need not be excluded.',
    steps: [
      'Name the member in `fields.include`, or take it out of `fields.exclude`.',
      'Or take out the option that reads it.',
    ],
    told: 'fields.source=title:$.doc.title reads `doc`, which fields.exclude leaves out',
  },
} as const satisfies FailureTable;
