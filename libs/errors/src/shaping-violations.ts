import type { ViolationTable } from './entry.ts';

/** What the connector's options make of the record's key, headers and members does not come out. */
export const shapingViolations = {
  V060: {
    name: 'renamed-onto-a-member',
    title: 'two members of the record have one name once they are renamed',
    hint: 'leave one of them out with fields.exclude, or send only one of them',
    stage: 'transform',
    meaning:
      'The connector renames a member (`fields.rename`), and the record has another one that comes to the same name. Which of the two is meant cannot be known.',
    steps: [
      'Send only one of them.',
      'If one is never meant, name it in `fields.exclude` of the connector: what is left out is not renamed either.',
    ],
  },
  V061: {
    name: 'field-filled-from-elsewhere',
    title: 'an option of the connector fills this field from elsewhere',
    hint: 'name the member in fields.exclude, or leave it out in the producer; which of the values is meant cannot be known',
    stage: 'transform',
    meaning:
      'The connector fills the field by `fields.source`, `pk.fields` or `pk.mode`, and the record has a member of its name besides. Nothing is dropped unasked, and the dynamic field cannot keep a member that is called like a field.',
    steps: [
      'If the member does not count, name it in `fields.exclude` of the connector, or set `unknown.fields=ignore`.',
      'If it does, take out the option that fills the field from elsewhere.',
    ],
  },
  V062: {
    name: 'key-missing',
    title: 'the record has no key, and its primary key is to come from there',
    hint: 'send records with a key, or take the primary key from the value (pk.mode=record_value)',
    stage: 'decode',
    meaning:
      'With `pk.mode=record_key` the primary key of a row is the key of its record, and with `behavior.on.null.values=delete` a record without a value names the row that it deletes by its key. This record has no key.',
    steps: ['Send records with a key.', 'Or set `pk.mode=record_value`, so that the key stands in the value.'],
  },
  V063: {
    name: 'key-invalid-json',
    title: 'the key is not valid JSON',
    hint: 'send one JSON document as the key, or name the converter that wrote it in key.converter',
    stage: 'decode',
    meaning:
      'An option of the connector reads the keys of records, and `key.converter` takes them for JSON. This key is none, or is none that could be read in one way only: a key of an object twice, half of a surrogate pair, or deeper or with more keys than values may be.',
    steps: [
      'If keys are plain text, set `key.converter=org.apache.kafka.connect.storage.StringConverter`: JSON has quotes around text.',
      'Otherwise correct the key in the producer.',
    ],
  },
  V064: {
    name: 'key-invalid-utf8',
    title: 'the key is not valid UTF-8',
    hint: 'encode the key as UTF-8, or name the converter that wrote it in key.converter',
    stage: 'decode',
    meaning: 'An option of the connector reads the keys of records as text or JSON, and this one holds other bytes.',
    steps: [
      'If keys are integers, name their converter in `key.converter`: LongConverter, IntegerConverter or ShortConverter.',
      'Otherwise encode the key as UTF-8 in the producer.',
    ],
  },
  V065: {
    name: 'key-of-wrong-length',
    title: 'the key does not have the bytes of such an integer',
    hint: 'name the converter that wrote the key: LongConverter takes 8 bytes, IntegerConverter 4, ShortConverter 2',
    stage: 'decode',
    meaning:
      'An option of the connector reads the keys of records, and `key.converter` takes them for big-endian integers of so many bytes. This key has another length.',
    steps: [
      'Name the converter that wrote the keys in `key.converter`.',
      'Digits as text are read by `org.apache.kafka.connect.json.JsonConverter`: text of digits is a JSON number.',
    ],
  },
  V066: {
    name: 'header-invalid-utf8',
    title: 'the header is not valid UTF-8',
    hint: 'encode the header as UTF-8, or take it out of fields.source',
    stage: 'decode',
    meaning: 'The connector fills a field from a header (`fields.source`), whose value is read as text.',
    steps: ['Encode the header as UTF-8 in the producer.', 'Or fill the field from elsewhere.'],
  },
  V067: {
    name: 'timestamp-out-of-range',
    title: 'the timestamp of the record is beyond what text can say',
    hint: 'set timestamps in milliseconds since 1970 in the producer, or fill an Int64 field',
    stage: 'transform',
    meaning:
      'The connector fills a field of text from the timestamp of records, as RFC 3339, which has the years 1 to 9999. A producer that gives microseconds for milliseconds is beyond them.',
    steps: [
      'Give timestamps in milliseconds since 1970 in the producer.',
      'Or fill an Int64 field, which takes the number as it is.',
    ],
  },
} as const satisfies ViolationTable;
