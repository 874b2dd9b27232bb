import type { ViolationTable } from './entry.ts';

/** The value is no JSON document that can be read in only one way. */
export const documentViolations = {
  V001: {
    name: 'invalid-json',
    title: 'the value is not valid JSON',
    hint: 'send one JSON document per record (RFC 8259)',
    stage: 'decode',
    meaning:
      'The value is read by RFC 8259 and nothing looser: no comments, no trailing commas, no single quotes, no `NaN`, nothing behind the document. Often the value is in another format altogether (Avro, Protobuf, plain text), or was cut on its way.',
    steps: [
      'Look at the byte that `found` names: everything before it is valid.',
      'If the topic holds another format, point the connector to a topic of JSON.',
      'If the value was cut, look at the limits of the producer.',
    ],
    example: {
      record: '{"id": 1, "title": \'Dune\', "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$',
      message: 'the value is not valid JSON at byte 19 (line 1, column 20): expected a value',
      expected: 'a value',
      found: "`'`",
    },
  },
  V002: {
    name: 'invalid-utf8',
    title: 'the value is not valid UTF-8',
    hint: 'encode the text as UTF-8',
    stage: 'decode',
    meaning:
      'JSON is UTF-8, and Milvus stores only valid UTF-8. Text in Latin-1, compressed bytes, or a character that was cut in its middle is not; it is refused rather than stored with replacement characters.',
    steps: [
      'Encode the text as UTF-8 in the producer.',
      'If the producer compresses values itself, let Kafka do it instead: `compression.type` of the producer.',
    ],
    example: {
      record: '{"id": 1, "title": "Café au lait", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      encoding: 'latin1',
      path: '$',
      message: 'the value is not valid UTF-8 at byte 23 (line 1, column 24)',
      expected: 'UTF-8',
      found: 'byte e9',
    },
  },
  V003: {
    name: 'byte-order-mark',
    title: 'the value begins with a byte order mark',
    hint: 'write the text without a byte order mark',
    stage: 'decode',
    meaning:
      'The bytes `ef bb bf` stand before the document. Some editors and platforms write them; RFC 8259 forbids them in what is sent.',
    steps: ['Write the text as UTF-8 without a byte order mark.'],
    example: {
      record: '\ufeff{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$',
      expected: 'a JSON document',
      found: 'bytes ef bb bf',
    },
  },
  V004: {
    name: 'lone-surrogate',
    title: 'half of a surrogate pair stands alone in a string',
    hint: 'a character beyond U+FFFF takes two \\u escapes; the text was probably cut between them',
    stage: 'decode',
    meaning:
      'A string holds an escape such as `\\ud83d` without its other half. It is no character and cannot be written as UTF-8. Most often a producer has cut a text after a number of UTF-16 units, in the middle of an emoji.',
    steps: ['Cut texts between characters in the producer, not between UTF-16 units.'],
    example: {
      record: '{"id": 1, "title": "Ship it \\ud83d", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.title',
      expected: 'a whole surrogate pair',
      found: 'byte 28 (line 1, column 29)',
    },
  },
  V006: {
    name: 'duplicate-key',
    title: 'a key occurs twice in one object',
    hint: 'send each key once; which of the values is meant cannot be known',
    stage: 'decode',
    meaning:
      'Two members of one object have the same name. Readers differ in which one they keep, so neither is taken. Names are compared after their escapes are resolved: `"a"` and `"\\u0061"` are the same.',
    steps: ['Find out where the producer adds the member a second time, and send it once.'],
    example: {
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "id": 2}',
      path: '$.id',
      expected: 'each key once',
      found: 'byte 62 (line 1, column 63)',
    },
  },
  V007: {
    name: 'not-an-object',
    title: 'the value is not a JSON object',
    hint: 'send an object with one member per field of the collection',
    stage: 'decode',
    meaning:
      'The document is valid, but a list, a text, a number or a literal. A record becomes one entity, so it has to be an object whose members are the fields.',
    steps: [
      'Send an object: `{"id": 1, "title_vector": […]}`.',
      'If the value is JSON inside a JSON string, the producer encodes it twice.',
      'Send one entity per record; a list of entities is not taken apart.',
    ],
    example: {
      record: '[{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4]}]',
      path: '$',
      expected: 'an object',
      found: '[{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4]}]',
    },
  },
} as const satisfies ViolationTable;
