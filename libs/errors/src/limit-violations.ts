import type { ViolationTable } from './entry.ts';

/** The record is larger or deeper than something on its way takes. */
export const limitViolations = {
  V005: {
    name: 'nested-too-deep',
    title: 'the value is nested too deep',
    hint: 'flatten the value, or raise RECORD_DEPTH_MAX of the schema-validator',
    stage: 'decode',
    meaning:
      'Objects and lists stand inside each other deeper than the schema-validator reads. The limit keeps one record from taking a whole server.',
    steps: [
      'Flatten the value in the producer.',
      'If such records are meant to be, raise `RECORD_DEPTH_MAX` of the schema-validator.',
    ],
  },
  V008: {
    name: 'record-too-large',
    title: 'the record is too large',
    hint: 'send a smaller record, or raise RECORD_BYTES_MAX of the schema-validator',
    stage: 'decode',
    meaning: 'The value has more bytes than the schema-validator reads. It was not looked into.',
    steps: [
      'Send a smaller record: leave out what the collection does not hold, or send vectors as base64.',
      'If such records are meant to be, raise `RECORD_BYTES_MAX` of the schema-validator.',
    ],
  },
  V021: {
    name: 'dynamic-field-too-large',
    title: 'the fields for the dynamic field take too many bytes together',
    hint: 'send fewer or smaller fields that the collection does not have',
    stage: 'validate',
    meaning:
      'All members that are no field of the collection are kept together in its dynamic field, as one JSON object. Milvus takes 65,536 bytes of it per entity.',
    steps: [
      'Send fewer or smaller members that are no field.',
      'Give the large one a field of its own in the collection.',
    ],
  },
  V023: {
    name: 'row-too-large',
    title: 'the row is too large to be sent',
    hint: 'send smaller values, or raise BATCH_BYTES_MAX of the inserter',
    stage: 'validate',
    meaning:
      'The record was read, but the row that it becomes has more bytes than one message to the inserter may have. A row can be larger than its record: a number of two characters takes four bytes in a vector.',
    steps: ['Send smaller values.', 'If such rows are meant to be, raise `BATCH_BYTES_MAX` of the inserter.'],
  },
  V024: {
    name: 'too-many-keys',
    title: 'the value has too many keys',
    hint: 'split the record, send pairs as a list, or raise RECORD_KEYS_MAX of the schema-validator',
    stage: 'decode',
    meaning:
      'The objects of the value, the nested ones included, have more keys together than the schema-validator reads. It has to remember the keys of an object to find one that occurs twice, and the limit keeps one record from taking a whole server. What stands behind the key that is one too many was not looked into.',
    steps: [
      'Send what is data as values: a list of pairs instead of an object with a key for each.',
      'Split the record in the producer.',
      'If such records are meant to be, raise `RECORD_KEYS_MAX` of the schema-validator.',
    ],
  },
  V040: {
    name: 'json-too-large',
    title: 'the JSON value is larger than Milvus takes',
    hint: 'send a smaller value, without white space; the limit counts the bytes of its text in the record',
    stage: 'validate',
    meaning:
      'A field of type JSON holds 65,536 bytes in Milvus. The value is kept as it was written, white space included.',
    steps: ['Send a smaller value, without white space.', 'Spread it over several fields.'],
  },
} as const satisfies ViolationTable;
