import type { ViolationTable } from './entry.ts';

/** The record's members are not those that the collection wants. */
export const shapeViolations = {
  V009: {
    name: 'tombstone',
    title: 'the record has no value, and the connector does not say what that means',
    hint: 'set behavior.on.null.values=delete to delete the row of its key, or behavior.on.null.values=ignore to leave such records out',
    stage: 'decode',
    meaning:
      'The value is null (a tombstone), not a document. In a compacted topic it says that its key is deleted. Nothing was deleted or changed.',
    steps: [
      'Set `behavior.on.null.values=delete` (or `delete.enabled=true`) to delete the row whose primary key is the key of the record, and `key.converter` to say what keys are.',
      'Or set `behavior.on.null.values=ignore` to leave such records out.',
    ],
  },
  V010: {
    name: 'field-missing',
    title: 'a field of the collection is missing',
    hint: 'add the field to the record, or make it nullable in the collection',
    stage: 'validate',
    meaning:
      'The collection has a field that is neither nullable nor has a default value, and the record has no member of its name. Names are compared exactly, upper and lower case included.',
    steps: [
      'Compare the names: a second violation of the record may name a member that was meant to be this one.',
      'Send the field.',
      'Where entities without it are meant to be, use a collection in which it is nullable or has a default value.',
    ],
    example: {
      field: 'title',
      record: '{"id": 1, "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.title',
      expected: 'a string of at most 24 bytes (UTF-8)',
      found: 'nothing',
    },
  },
  V011: {
    name: 'null-not-allowed',
    title: 'the field is null, and the collection does not allow that',
    hint: 'send a value, or make the field nullable in the collection',
    stage: 'validate',
    meaning: 'The member is `null`, and the field is neither nullable nor has a default value.',
    steps: ['Send a value.', 'Where nulls are meant to be, use a collection in which the field is nullable.'],
    example: {
      field: 'title',
      record: '{"id": 1, "title": null, "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.title',
      expected: 'a string of at most 24 bytes (UTF-8)',
      found: 'null',
    },
  },
  V019: {
    name: 'unknown-field',
    title: 'the collection does not have this field',
    hint: 'leave it out, add it to the collection, or enable the dynamic field of the collection',
    stage: 'validate',
    meaning:
      'The record has a member that is no field of the collection, and the collection has no dynamic field that would keep it. Nothing is dropped unasked.',
    steps: [
      'If the name is a slip, correct it; the hint names the nearest field.',
      'If it is not needed, set `unknown.fields=ignore` in the connector, or name it in `fields.exclude`.',
      'If it is needed, add the field to the collection, or use a collection with a dynamic field.',
    ],
    example: {
      record: '{"id": 1, "title": "Dune", "colour": "red", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.colour',
      expected: 'a field of the collection',
      found: '"red"',
    },
  },
  V020: {
    name: 'generated-field',
    title: 'the field is filled in by Milvus and cannot be sent',
    hint: 'leave it out of the record',
    stage: 'validate',
    meaning:
      'The field is an autoID key, or the output of a function of the collection (such as BM25). Milvus makes its value, and refuses one that is sent.',
    steps: ['Leave the member out of the record.', 'To choose keys yourself, use a collection without autoID.'],
    example: {
      collection: 'log',
      field: 'id',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.id',
      expected: 'no value: Milvus makes the key itself (autoID)',
      found: '1',
    },
  },
  V022: {
    name: 'reserved-key',
    title: 'the key belongs to Milvus',
    hint: 'rename the key; unknown fields get into the dynamic field by themselves',
    stage: 'validate',
    meaning: 'The member is called `$meta`, which is how Milvus itself calls the dynamic field.',
    steps: [
      'Rename it, or send its members at the top: what is no field of the collection is kept in the dynamic field.',
    ],
    example: {
      collection: 'open',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "$meta": {"colour": "red"}}',
      path: "$['$meta']",
      expected: 'another key',
      found: '{"colour": "red"}',
    },
  },
} as const satisfies ViolationTable;
