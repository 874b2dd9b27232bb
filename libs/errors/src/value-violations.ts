import type { ViolationTable } from './entry.ts';

/** A value does not fit its field. Vectors have a table of their own. */
export const valueViolations = {
  V012: {
    name: 'wrong-type',
    title: 'the value has the wrong type',
    hint: 'send the type that the collection has; values are never converted quietly',
    stage: 'validate',
    meaning:
      'The value is a text where the field wants a number, a number where it wants a text, and so on. Nothing is converted: `"7x"` is not 7, `"yes"` is not true, and a number that became a text on its way may have lost digits.',
    steps: [
      'Send the type that `expected` names.',
      'If the field has the wrong type, use a collection with the right one.',
    ],
    example: {
      field: 'year',
      record: '{"id": 1, "title": "Dune", "year": "1965", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.year',
      expected: 'an integer from -32768 to 32767',
      found: 'string "1965"',
      hint: 'send it without quotes; text is never converted',
    },
  },
  V013: {
    name: 'integer-out-of-range',
    title: 'the integer does not fit into the field',
    hint: 'send a smaller number, or use a wider integer type in the collection',
    stage: 'validate',
    meaning: 'The number is outside of what the integer type of the field holds. It is not cut to its lower bits.',
    steps: [
      'Send a number in the range that `expected` names.',
      'If such numbers are meant to be, use a wider type in the collection; beyond Int64 a VarChar keeps every digit.',
    ],
    example: {
      field: 'year',
      record: '{"id": 1, "title": "Dune", "year": 196500, "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.year',
      expected: 'an integer from -32768 to 32767',
      found: '196500',
    },
  },
  V014: {
    name: 'not-an-integer',
    title: 'the number is not a whole number',
    hint: 'round it in the producer, or use Float or Double in the collection',
    stage: 'validate',
    meaning:
      'The field is an integer and the number has a fraction. `1.0` and `1e3` are whole and are taken; `1.5` and `1e-1` are not, and are not rounded.',
    steps: ['Round it in the producer.', 'If fractions are meant to be, use Float or Double in the collection.'],
    example: {
      field: 'year',
      record: '{"id": 1, "title": "Dune", "year": 1965.5, "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.year',
      expected: 'an integer from -32768 to 32767',
      found: '1965.5',
    },
  },
  V015: {
    name: 'number-too-large',
    title: 'the number is too large for the field',
    hint: 'it would become infinite, which the collection does not store',
    stage: 'validate',
    meaning:
      'The number is beyond the largest that the floating point type holds, about 3.4e38 for Float and for the numbers of a FloatVector, about 1.8e308 for Double. The nearest value would be infinity, which Milvus refuses. Inside a field of type JSON and in the dynamic field the bounds are those of Double.',
    steps: [
      'Send a smaller number.',
      'Where Float is too narrow, use Double in the collection.',
      'Inside JSON, send the number as text if its digits are what counts.',
    ],
    example: {
      field: 'price',
      record: '{"id": 1, "title": "Dune", "price": 1e39, "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.price',
      expected: 'a number within ±3.4028235e38 (float32)',
      found: '1e39',
    },
  },
  V016: {
    name: 'text-too-long',
    title: 'the text is longer than the field',
    hint: 'the limit counts bytes of UTF-8, not characters; shorten the text or raise max_length',
    stage: 'validate',
    meaning:
      'The text has more bytes than `max_length` of the field. Milvus counts bytes of UTF-8: `é` takes two, `€` three, `🚂` four.',
    steps: [
      'Shorten the text in the producer, between characters.',
      'Use a collection with a larger `max_length`; 65,535 is the most.',
    ],
    example: {
      field: 'title',
      record: '{"id": 1, "title": "Die Verwandlung – für alle", "embedding": [0.1, 0.2, 0.3, 0.4]}',
      path: '$.title',
      message: 'the text is 29 bytes long, the field takes 24',
      expected: 'a string of at most 24 bytes (UTF-8)',
      found: '29 bytes',
    },
  },
  V041: {
    name: 'array-too-long',
    title: 'the list has more elements than the field takes',
    hint: 'send fewer elements, or use a collection with a larger max_capacity',
    stage: 'validate',
    meaning: 'The list has more elements than `max_capacity` of the Array field.',
    steps: ['Send fewer elements.', 'Use a collection with a larger `max_capacity`; 4,096 is the most.'],
    example: {
      field: 'tags',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "tags": ["a", "b", "c", "d"]}',
      path: '$.tags',
      message: 'the list has 4 elements, the field takes 3',
      expected: 'a list of at most 3 values, each a string of at most 16 bytes (UTF-8)',
      found: '4 elements',
    },
  },
  V042: {
    name: 'array-null-element',
    title: 'an element of the list is null',
    hint: 'leave the element out; Milvus keeps no null inside an array',
    stage: 'validate',
    meaning:
      'An Array field holds elements of one type, and null is none. The field as a whole may be null where it is nullable.',
    steps: [
      'Leave the element out.',
      'If its place counts, send a value that stands for nothing, or use a JSON field.',
    ],
    example: {
      field: 'tags',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "tags": ["a", null]}',
      path: '$.tags[1]',
      expected: 'a string of at most 16 bytes (UTF-8)',
      found: 'null',
    },
  },
  V043: {
    name: 'not-a-timestamp',
    title: 'the text is no moment',
    hint: 'send the form of RFC 3339, such as 2026-01-31T12:00:00.5+01:00 or 2026-01-31T11:00:00Z',
    stage: 'validate',
    meaning:
      'A Timestamptz field holds a moment, so the text needs a date, a time and an offset from UTC. A time without an offset is a different moment in every place, and is not guessed.',
    steps: [
      'Send RFC 3339 with `Z` or an offset.',
      'Dates that do not exist (February 30) and leap seconds are refused.',
    ],
    example: {
      field: 'seen',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "seen": "2026-01-31T12:00:00"}',
      path: '$.seen',
      message: 'the time has no offset from UTC, so it is no moment',
      expected: 'a date and time with an offset as text, such as "2026-01-31T12:00:00.5+01:00"',
      found: '2026-01-31T12:00:00',
    },
  },
  V044: {
    name: 'timestamp-too-exact',
    title: 'the time is more exact than Milvus keeps it',
    hint: 'Milvus keeps microseconds; round the time to six digits in the producer',
    stage: 'validate',
    meaning: 'The fraction of the second has digits behind the sixth that are not zero. Milvus would drop them.',
    steps: ['Round the time to six digits in the producer.', 'To keep nanoseconds, use an Int64 field.'],
    example: {
      field: 'seen',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "seen": "2026-01-31T12:00:00.123456789Z"}',
      path: '$.seen',
      message: 'the fraction has digits behind the microseconds, which Milvus would drop',
      expected: 'a date and time with an offset as text, such as "2026-01-31T12:00:00.5+01:00"',
      found: '2026-01-31T12:00:00.123456789Z',
    },
  },
  V045: {
    name: 'not-a-geometry',
    title: 'the text is no geometry',
    hint: 'send well-known text with two finite numbers per point and closed rings, such as POLYGON ((0 0, 1 0, 1 1, 0 0))',
    stage: 'validate',
    meaning:
      'A Geometry field takes well-known text (WKT) of two dimensions. Milvus would refuse the whole write for one bad text, so it is checked here.',
    steps: [
      'Look at what `found` shows: the text is valid up to there.',
      'Close rings: the last point of each ring of a polygon is its first.',
    ],
    example: {
      field: 'place',
      record: '{"id": 1, "title": "Dune", "embedding": [0.1, 0.2, 0.3, 0.4], "place": "POINT (8.5, 47.4)"}',
      path: '$.place',
      message: 'the text is no geometry: character 11 should be a finite number',
      expected: 'a geometry as well-known text, such as "POINT (8.5 47.4)"',
      found: ', 47.4)',
    },
  },
} as const satisfies ViolationTable;
