import { KeyFormat } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KnownKeyFormat, keyFormats } from './key-formats.ts';

const limits = { depthMax: 4, keysMax: 5 };

function read(format: KnownKeyFormat, bytes: string | Buffer) {
  const reading = keyFormats[format](Buffer.from(bytes), limits);
  if ('code' in reading) return `${reading.code}: ${reading.finding.message}`;
  const { document, value } = reading;
  return `${value.kind} ${document.toString('utf8', value.start, value.end)}`;
}

test.each([
  [KeyFormat.JSON, '"a\\nb"', 'string "a\\nb"'],
  [KeyFormat.JSON, ' 12345678901234567890 ', 'number 12345678901234567890'],
  [KeyFormat.JSON, ' {"id": [1]}', 'object {"id": [1]}'],
  [KeyFormat.JSON, 'null', 'null null'],
  [KeyFormat.STRING, '', 'string ""'],
  [KeyFormat.STRING, 'it"s\n😀', 'string "it\\"s\\n😀"'],
  [KeyFormat.LONG, Buffer.from('7fffffffffffffff', 'hex'), 'number 9223372036854775807'],
  [KeyFormat.LONG, Buffer.from('8000000000000000', 'hex'), 'number -9223372036854775808'],
  [KeyFormat.INTEGER, Buffer.from('fffffffe', 'hex'), 'number -2'],
  [KeyFormat.SHORT, Buffer.from('0100', 'hex'), 'number 256'],
] as const)('format %s takes %j', (format, bytes, expected) => {
  expect(read(format, bytes)).toBe(expected);
});

test.each([
  [KeyFormat.JSON, '', 'V063: the key is empty, which is no JSON'],
  [KeyFormat.JSON, 'abc', 'V063: the key is not valid JSON at byte 0 (line 1, column 1): expected a value'],
  [
    KeyFormat.JSON,
    '{"a":1,"a":2}',
    'V063: the key is not valid JSON at byte 7 (line 1, column 8): expected each key of an object once',
  ],
  [
    KeyFormat.JSON,
    '"\\ud800"',
    'V063: the key is not valid JSON at byte 1 (line 1, column 2): expected a whole surrogate pair',
  ],
  [
    KeyFormat.JSON,
    '[[[[[1]]]]]',
    'V063: the key is not valid JSON at byte 4 (line 1, column 5): expected at most 4 levels',
  ],
  [KeyFormat.JSON, Buffer.from([0x22, 0xff, 0x22]), 'V064: the key is not valid UTF-8 at byte 1'],
  [KeyFormat.STRING, Buffer.from([0xc0, 0xaf]), 'V064: the key is not valid UTF-8 at byte 0'],
  [KeyFormat.LONG, 'seven b', 'V065: the key has 7 bytes, its converter reads 8'],
  [KeyFormat.INTEGER, '', 'V065: the key has 0 bytes, its converter reads 4'],
  [KeyFormat.SHORT, '123', 'V065: the key has 3 bytes, its converter reads 2'],
] as const)('format %s refuses %j', (format, bytes, expected) => {
  expect(read(format, bytes)).toBe(expected);
});

test('what is shown of a bad key is short and cannot steer a terminal', () => {
  const reading = keyFormats[KeyFormat.JSON](Buffer.from(`\u202e${'x'.repeat(500)}`), limits);
  expect('code' in reading && reading.finding.found).toMatch(/^\\u\{202e\}x+…$/);
  expect('code' in reading && reading.finding.found.length).toBe(80);
});

test('property: text keys keep their text, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-composite' }), (text) => {
      expect(JSON.parse(read(KeyFormat.STRING, text).slice('string '.length))).toBe(text);
    }),
  );
});

test('property: keys of any bytes are read or refused, and nothing is thrown', () => {
  const formats = fc.constantFrom(...Object.values(KeyFormat).filter((format) => format !== KeyFormat.UNSPECIFIED));
  fc.assert(
    fc.property(formats, fc.uint8Array({ maxLength: 12 }), (format, bytes) => {
      expect(read(format, Buffer.from(bytes))).toMatch(/^(V06[345]: .|(string|number|object|array|boolean|null) .)/s);
    }),
    { numRuns: 2_000 },
  );
});
