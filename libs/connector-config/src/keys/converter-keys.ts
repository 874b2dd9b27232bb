import { ignored, type KeyTable } from '../key-spec.ts';

/** What the bytes of records are; in a connector file, or in the worker file for connectors that name no converter. */
export const converterKeys = {
  'key.converter': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'medium',
    documentation:
      'Format of record keys, where an option reads them (`pk.mode=record_key`, deletes by records without a value, `$key` in `fields.source`); elsewhere it means nothing. `org.apache.kafka.connect.json.JsonConverter` with `key.converter.schemas.enable=false`, which is also what is read when nobody names a converter, `org.apache.kafka.connect.storage.StringConverter`, or `LongConverter`, `IntegerConverter`, `ShortConverter` of `org.apache.kafka.connect.converters`.',
    example: 'org.apache.kafka.connect.storage.StringConverter',
  },
  'key.converter.schemas.enable': {
    status: 'used',
    type: 'boolean',
    default: undefined,
    importance: 'medium',
    documentation: 'Must be false where keys are read by a JsonConverter, as for values.',
    example: 'false',
  },
  'key.converter.*': ignored('The converters of keys have no other option that counts.', 'UTF-8'),
  'value.converter': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'high',
    documentation:
      'Format of record values: `org.apache.kafka.connect.json.JsonConverter` with `value.converter.schemas.enable=false`, which is also what is read when neither the connector nor the worker names a converter.',
    example: 'org.apache.kafka.connect.json.JsonConverter',
  },
  'value.converter.schemas.enable': {
    status: 'used',
    type: 'boolean',
    default: undefined,
    importance: 'high',
    documentation:
      'Must be false: record values are plain JSON without an envelope of schema and payload. Kafka Connect takes it for true wherever a JsonConverter is named without it, so it must stand beside the `value.converter` that counts.',
    example: 'false',
  },
  'value.converter.*': ignored('The JSON converter for sinks has no other option that counts.', 'BASE64'),
  'header.converter': ignored(
    'Headers that an option reads are text; all others are passed on as bytes.',
    'any converter',
  ),
  'header.converter.*': ignored(
    'Headers that an option reads are text; all others are passed on as bytes.',
    'any value',
  ),
} as const satisfies KeyTable;
