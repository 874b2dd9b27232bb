import { FieldType } from '@millrace/contracts';
import { DeleteRequest } from '@millrace/contracts/milvus';
import { decodeDeleteWithSdk } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutKeys, encodeDeleteRequest } from './delete-request.ts';
import { Entries } from './entries.ts';
import { MergedEntries } from './merge.ts';
import { DeletedKey, entityBatch } from './testing/entity-batch.ts';
import { inParts } from './testing/random-rows.ts';

const min = -(2n ** 63n);
const max = 2n ** 63n - 1n;
const anyInt64 = fc.oneof(fc.constantFrom(0n, 1n, -1n, 127n, 128n, min, min + 1n, max), fc.bigInt({ min, max }));
/** Texts that would end an expression, or be another, if they were pasted into one. */
const hostileTexts = [
  '',
  '"',
  "'",
  '\\',
  '\\"',
  "' or 1==1 or '",
  '" or id != "',
  '{keys}',
  '[1]',
  '\n',
  '\0',
  '𝄞é',
  '%',
];
const anyText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'grapheme', maxLength: 100 }));
const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 3 });

/** Keys as they come: elements of the runs of one or more batches. */
function elementsOf(keys: readonly (bigint | string)[], type: FieldType, places: readonly number[]): readonly Buffer[] {
  const parts = inParts(keys, places).map(
    (part) =>
      new Entries(
        entityBatch(
          [{ name: 'id', type }],
          part.map((key) => new DeletedKey(key)),
        ),
      ),
  );
  const merged = new MergedEntries(parts);
  return merged.deletedKeys(merged.select(0, merged.count));
}

const request = { database: 'db', collection: 'things', partition: 'p', keyField: 'id' };

describe("what Milvus's own SDK decodes are the keys that were asked for", () => {
  test('integers as values', () => {
    fc.assert(
      fc.property(fc.array(anyInt64, { minLength: 1 }), cuts, (keys, places) => {
        const elements = elementsOf(keys, FieldType.INT64, places);
        const bytes = encodeDeleteRequest({ ...request, keys: elements, isInt64: true, form: 'template' });
        const expression = 'id in {keys}';
        expect(decodeDeleteWithSdk(bytes)).toEqual({ ...request, expression, keys });
      }),
    );
  });

  test('texts as values, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), cuts, (keys, places) => {
        const elements = elementsOf(keys, FieldType.VARCHAR, places);
        const bytes = encodeDeleteRequest({ ...request, keys: elements, isInt64: false, form: 'template' });
        const expression = 'id in {keys}';
        expect(decodeDeleteWithSdk(bytes)).toEqual({ ...request, expression, keys });
      }),
    );
  });

  test.each(['literals', 'sums'] as const)('integers in the expression, as %s', (form) => {
    fc.assert(
      fc.property(fc.array(anyInt64, { minLength: 1 }), cuts, (keys, places) => {
        const elements = elementsOf(keys, FieldType.INT64, places);
        const bytes = encodeDeleteRequest({ ...request, keys: elements, isInt64: true, form });
        expect(decodeDeleteWithSdk(bytes)).toMatchObject({ ...request, keys });
      }),
    );
  });
});

test('a server that takes the minus for an operator never sees 2^63', () => {
  const elements = elementsOf([min, -5n, max], FieldType.INT64, []);
  const expressionOf = (form: 'literals' | 'sums') =>
    decodeDeleteWithSdk(encodeDeleteRequest({ ...request, keys: elements, isInt64: true, form })).expression;
  expect(expressionOf('sums')).toBe('id in [-9223372036854775807-1,-5,9223372036854775807]');
  expect(expressionOf('literals')).toBe('id in [-9223372036854775808,-5,9223372036854775807]');
});

test('the bytes are those of the generated encoder', () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1 }), (keys) => {
      const elements = elementsOf(keys, FieldType.VARCHAR, []);
      const bytes = encodeDeleteRequest({ ...request, keys: elements, isInt64: false, form: 'template' });
      expect(Buffer.from(DeleteRequest.encode(DeleteRequest.decode(bytes)).finish()).equals(bytes)).toBe(true);
    }),
  );
});

test('keys are cut into calls of no more bytes than allowed, yet of one key at least', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 12 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 30 }),
      (sizes, bytesMax) => {
        const keys = sizes.map((size, index) => Buffer.alloc(size, index));
        const calls = cutKeys(keys, bytesMax);
        expect(calls.flat()).toEqual(keys);
        for (const [index, call] of calls.entries()) {
          const bytes = Buffer.concat(call).length;
          if (call.length > 1) expect(bytes).toBeLessThanOrEqual(bytesMax);
          // No key fits into the call before its own.
          const next = calls[index + 1]?.[0];
          if (next) expect(bytes + next.length).toBeGreaterThan(bytesMax);
        }
      },
    ),
  );
});
