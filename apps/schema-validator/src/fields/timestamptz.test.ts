import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const events = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('at', FieldType.TIMESTAMPTZ, { isNullable: true }),
]);
const withAt = (text: string) => `{"id":1,"at":${text}}`;

test.each([
  '2026-01-31T12:00:00Z',
  '2026-01-31T12:00:00+00:00',
  '2026-01-31T23:59:59.999999+14:00',
  '2024-02-29T00:00:00.1-12:00',
  '2000-02-29T00:00:00.123456000+05:45',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
])('%s is a moment and keeps its text', (text) => {
  const encoder = encoderFor(events);
  expect(findings(encoder, withAt(JSON.stringify(text)))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))).toEqual([{ id: 1n, at: text }]);
});

test('an escaped spelling is the same text', () => {
  const encoder = encoderFor(events);
  expect(findings(encoder, withAt('"2026-01-31\\u005412:00:00\\u005a"'))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))[0]?.at).toBe('2026-01-31T12:00:00Z');
});

test.each([
  ['2026-01-31T12:00:00', 'V043', 'the time has no offset from UTC, so it is no moment'],
  ['2026-02-29T12:00:00Z', 'V043', 'there is no such date'],
  ['1900-02-29T12:00:00Z', 'V043', 'there is no such date'],
  ['2026-04-31T12:00:00Z', 'V043', 'there is no such date'],
  ['2026-13-01T12:00:00Z', 'V043', 'there is no such date'],
  ['2026-00-01T12:00:00Z', 'V043', 'there is no such date'],
  ['2026-01-00T12:00:00Z', 'V043', 'there is no such date'],
  ['0000-01-01T12:00:00Z', 'V043', 'there is no such date'],
  ['2016-12-31T23:59:60Z', 'V043', 'Milvus knows no leap seconds'],
  ['2026-01-31T24:00:00Z', 'V043', 'there is no such time of day'],
  ['2026-01-31T12:60:00Z', 'V043', 'there is no such time of day'],
  ['2026-01-31T12:00:61Z', 'V043', 'there is no such time of day'],
  ['2026-01-31T12:00:00+14:01', 'V043', 'there is no such offset from UTC'],
  ['2026-01-31T12:00:00-12:01', 'V043', 'there is no such offset from UTC'],
  ['2026-01-31T12:00:00+01:60', 'V043', 'there is no such offset from UTC'],
  ['2026-01-31T12:00:00.1234567Z', 'V044', 'the fraction has digits behind the microseconds, which Milvus would drop'],
  ...[
    '',
    '2026-01-31',
    '2026-01-31 12:00:00Z',
    '2026-01-31t12:00:00z',
    '2026-01-31T12:00Z',
    '2026-01-31T12:00:00,5Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00+0100',
    '2026-01-31T12:00:00+01',
    '26-01-31T12:00:00Z',
    '+12026-01-31T12:00:00Z',
    '2026-W05-6T12:00:00Z',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
    '２026-01-31T12:00:00Z',
    'now',
  ].map((text) => [text, 'V043', 'the text is no date and time of the form YYYY-MM-DDThh:mm:ssZ'] as const),
  ['x'.repeat(300), 'V043', 'the text is no date and time'],
] as const)('%s is %s: %s', (text, code, message) => {
  const encoder = encoderFor(events);
  expect(check(encoder, withAt(JSON.stringify(text))).violations).toMatchObject([{ code, path: '$.at', message }]);
  expect(encoder.rowCount).toBe(0);
});

test.each(['1769860800', 'true', '["2026-01-31T12:00:00Z"]', '{}'])('%s is no text', (value) => {
  expect(findings(encoderFor(events), withAt(value))).toEqual(['V012 $.at']);
});

test('property: a date and time of random digits is taken exactly where the calendar has it', () => {
  const digits = fc.tuple(fc.nat(9_999), fc.nat(14), fc.nat(33), fc.nat(25), fc.nat(62), fc.nat(61));
  fc.assert(
    fc.property(digits, ([year, ...rest]) => {
      const [month, day, hour, minute, second] = rest.map((part) => String(part).padStart(2, '0'));
      const text = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
      const read = new Date(`${text}Z`);
      const exists = year > 0 && !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text);
      expect(findings(encoderFor(events), withAt(`"${text}Z"`))).toEqual(exists ? [] : ['V043 $.at']);
    }),
    { numRuns: 2_000 },
  );
});
