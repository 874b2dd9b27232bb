import type { RejectionStage } from '@millrace/contracts';
import { RejectionStage as Stage } from '@millrace/contracts';

/** What the catalogue says of one kind of violation. */
export interface ViolationKind {
  /** For people who search and count: kebab-case, as stable as the code. */
  readonly name: string;
  readonly title: string;
  /** What to do about it; a violation may say something more exact. */
  readonly hint: string;
  readonly stage: RejectionStage;
}

/** All that can be wrong with a record, by code. Codes are never given a second meaning. */
export const violationKinds = {
  V001: {
    name: 'invalid-json',
    title: 'the value is not valid JSON',
    hint: 'send one JSON document per record (RFC 8259)',
    stage: Stage.DECODE,
  },
  V002: {
    name: 'invalid-utf8',
    title: 'the value is not valid UTF-8',
    hint: 'encode the text as UTF-8',
    stage: Stage.DECODE,
  },
  V003: {
    name: 'byte-order-mark',
    title: 'the value begins with a byte order mark',
    hint: 'write the text without a byte order mark',
    stage: Stage.DECODE,
  },
  V004: {
    name: 'lone-surrogate',
    title: 'half of a surrogate pair stands alone in a string',
    hint: 'a character beyond U+FFFF takes two \\u escapes; the text was probably cut between them',
    stage: Stage.DECODE,
  },
  V005: {
    name: 'nested-too-deep',
    title: 'the value is nested too deep',
    hint: 'flatten the value, or raise RECORD_DEPTH_MAX of the schema-validator',
    stage: Stage.DECODE,
  },
  V006: {
    name: 'duplicate-key',
    title: 'a key occurs twice in one object',
    hint: 'send each key once; which of the values is meant cannot be known',
    stage: Stage.DECODE,
  },
  V007: {
    name: 'not-an-object',
    title: 'the value is not a JSON object',
    hint: 'send an object with one member per field of the collection',
    stage: Stage.DECODE,
  },
  V008: {
    name: 'record-too-large',
    title: 'the record is too large',
    hint: 'send a smaller record, or raise RECORD_BYTES_MAX of the schema-validator',
    stage: Stage.DECODE,
  },
  V009: {
    name: 'tombstone',
    title: 'the record has no value; deletes are not supported yet',
    hint: 'a record without a value asks for a delete in Kafka; nothing was deleted or changed',
    stage: Stage.DECODE,
  },
  V010: {
    name: 'field-missing',
    title: 'a field of the collection is missing',
    hint: 'add the field to the record, or make it nullable in the collection',
    stage: Stage.VALIDATE,
  },
  V011: {
    name: 'null-not-allowed',
    title: 'the field is null, and the collection does not allow that',
    hint: 'send a value, or make the field nullable in the collection',
    stage: Stage.VALIDATE,
  },
  V012: {
    name: 'wrong-type',
    title: 'the value has the wrong type',
    hint: 'send the type that the collection has; values are never converted quietly',
    stage: Stage.VALIDATE,
  },
  V013: {
    name: 'integer-out-of-range',
    title: 'the integer does not fit into the field',
    hint: 'send a smaller number, or use a wider integer type in the collection',
    stage: Stage.VALIDATE,
  },
  V014: {
    name: 'not-an-integer',
    title: 'the number is not a whole number',
    hint: 'round it in the producer, or use Float or Double in the collection',
    stage: Stage.VALIDATE,
  },
  V015: {
    name: 'number-too-large',
    title: 'the number is too large for the field',
    hint: 'it would become infinite, which the collection does not store',
    stage: Stage.VALIDATE,
  },
  V016: {
    name: 'text-too-long',
    title: 'the text is longer than the field',
    hint: 'the limit counts bytes of UTF-8, not characters; shorten the text or raise max_length',
    stage: Stage.VALIDATE,
  },
  V017: {
    name: 'vector-length',
    title: 'the vector does not have as many numbers as the field has dimensions',
    hint: 'the producer probably cut the list or used another model',
    stage: Stage.VALIDATE,
  },
  V018: {
    name: 'vector-element',
    title: 'an element of the vector is not a number',
    hint: 'a vector is a list of numbers and nothing else',
    stage: Stage.VALIDATE,
  },
  V019: {
    name: 'unknown-field',
    title: 'the collection does not have this field',
    hint: 'leave it out, add it to the collection, or enable the dynamic field of the collection',
    stage: Stage.VALIDATE,
  },
  V020: {
    name: 'generated-field',
    title: 'the field is filled in by Milvus and cannot be sent',
    hint: 'leave it out of the record',
    stage: Stage.VALIDATE,
  },
  V021: {
    name: 'dynamic-field-too-large',
    title: 'the fields for the dynamic field take too many bytes together',
    hint: 'send fewer or smaller fields that the collection does not have',
    stage: Stage.VALIDATE,
  },
  V022: {
    name: 'reserved-key',
    title: 'the key belongs to Milvus',
    hint: 'rename the key; unknown fields get into the dynamic field by themselves',
    stage: Stage.VALIDATE,
  },
  V023: {
    name: 'row-too-large',
    title: 'the row is too large to be sent',
    hint: 'send smaller values, or raise BATCH_BYTES_MAX of the inserter',
    stage: Stage.VALIDATE,
  },
  V040: {
    name: 'json-too-large',
    title: 'the JSON value is larger than Milvus takes',
    hint: 'send a smaller value, without white space; the limit counts the bytes of its text in the record',
    stage: Stage.VALIDATE,
  },
  V041: {
    name: 'array-too-long',
    title: 'the list has more elements than the field takes',
    hint: 'send fewer elements, or use a collection with a larger max_capacity',
    stage: Stage.VALIDATE,
  },
  V042: {
    name: 'array-null-element',
    title: 'an element of the list is null',
    hint: 'leave the element out; Milvus keeps no null inside an array',
    stage: Stage.VALIDATE,
  },
  V043: {
    name: 'not-a-timestamp',
    title: 'the text is no moment',
    hint: 'send the form of RFC 3339, such as 2026-01-31T12:00:00.5+01:00 or 2026-01-31T11:00:00Z',
    stage: Stage.VALIDATE,
  },
  V044: {
    name: 'timestamp-too-exact',
    title: 'the time is more exact than Milvus keeps it',
    hint: 'Milvus keeps microseconds; round the time to six digits in the producer',
    stage: Stage.VALIDATE,
  },
  V045: {
    name: 'not-a-geometry',
    title: 'the text is no geometry',
    hint: 'send well-known text with two finite numbers per point and closed rings, such as POLYGON ((0 0, 1 0, 1 1, 0 0))',
    stage: Stage.VALIDATE,
  },
} as const satisfies Record<string, ViolationKind>;

export type ViolationCode = keyof typeof violationKinds;
