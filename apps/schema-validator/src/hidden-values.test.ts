import { FieldType, KeyFormat, PrimaryKeyMode, Source } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collection, field } from './testing/collections.ts';
import { checkRecords, laneFor } from './testing/encode-rows.ts';
import type { TestRecord } from './testing/record-batches.ts';

const types = Object.values(FieldType).filter(
  (type) => type !== FieldType.UNSPECIFIED && type !== FieldType.ARRAY_OF_VECTOR && type !== FieldType.ARRAY_OF_STRUCT,
);
const more = { maxLength: 6, maxCapacity: 2, elementTypeCode: FieldType.VARCHAR, dim: 8 };
const all = collection(
  [
    field('id', FieldType.VARCHAR, { isPrimaryKey: true, maxLength: 6 }),
    ...types.map((type) => field(`f${type}`, type, more)),
    field('header', FieldType.VARCHAR, { maxLength: 6 }),
    field('chunks', FieldType.ARRAY_OF_STRUCT, {
      maxCapacity: 2,
      subFields: [field('text', FieldType.ARRAY, { ...more, elementTypeCode: FieldType.VARCHAR })],
    }),
  ],
  { serverVersion: 'v3.0.0' },
);
const recordOptions = {
  primaryKeyMode: PrimaryKeyMode.RECORD_KEY,
  keyFormat: KeyFormat.JSON,
  sources: [{ field: 'header', source: Source.HEADER, path: ['h'] }],
};

test('property: messages, hints and what is expected say nothing of what a record holds', async () => {
  const secrets = fc.constantFrom(
    '"s3cr3t-s3cr3t"',
    '87654321e99999',
    '-876543210987654321098765',
    '"\\ud83d s3cr3t"',
    's3cr3t',
  );
  const values = fc.oneof(
    secrets,
    fc.array(secrets, { maxLength: 3 }).map((items) => `[${items.join()}]`),
    secrets.map((secret) => `{"text": ${secret}}`),
    secrets.map((secret) => `[{"text": [${secret}]}]`),
    secrets.map((secret) => `{"1": ${secret}}`),
  );
  const names = all.fields.map(({ name }) => name);
  const record = fc
    .tuple(fc.array(fc.tuple(fc.constantFrom(...names, 'other'), values), { maxLength: 40 }), values, values)
    .map(([members, key, header]): TestRecord => {
      const text = members.map(([name, value]) => `"${name}": ${value}`).join();
      return { value: `{${text}}`, key, headers: { h: header } };
    });
  await fc.assert(
    fc.asyncProperty(record, async (given) => {
      const { rejections } = await checkRecords(laneFor(all, { recordOptions }), [given], { violationsMax: 100 });
      expect(rejections).toHaveLength(1);
      for (const { message, hint, expected, path } of rejections.flatMap(({ violations }) => violations)) {
        expect(`${message}\n${hint}\n${expected}\n${path}`).not.toMatch(/s3cr3t|87654321/);
      }
    }),
    { numRuns: 1_000 },
  );
});
