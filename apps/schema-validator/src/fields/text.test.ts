import { FieldType } from '@millrace/contracts';
import { decodeRowsWithSdk } from '@millrace/testing';
import { expect, test } from 'vitest';
import { collection, field } from '../testing/collections.ts';
import { check, encoderFor, findings } from '../testing/encode-rows.ts';
import { encodeUpsert } from '../testing/milvus-decoder.ts';

const articles = (more: object = {}) =>
  collection([field('id', FieldType.INT64, { isPrimaryKey: true }), field('body', FieldType.TEXT, more)], {
    serverVersion: 'v3.0.0',
  });
const withBody = (body: string) => `{"id":1,"body":${body}}`;

test.each(['', 'a\0é😀', 'x'.repeat(200_000)])('text of any length arrives as it is', (body) => {
  const encoder = encoderFor(articles());
  expect(findings(encoder, withBody(JSON.stringify(body)))).toEqual([]);
  expect(decodeRowsWithSdk(encodeUpsert([encoder.take()], 1))).toEqual([{ id: 1n, body }]);
});

test('what is no text is refused', () => {
  const { violations } = check(encoderFor(articles()), withBody('7'));
  expect(violations).toMatchObject([{ code: 'V012', path: '$.body', expected: 'a string' }]);
  expect(findings(encoderFor(articles()), withBody('null'))).toEqual(['V011 $.body']);
  expect(findings(encoderFor(articles({ isNullable: true })), withBody('null'))).toEqual([]);
});

test('a max_length counts where the schema has one', () => {
  const encoder = encoderFor(articles({ maxLength: 4 }));
  expect(findings(encoder, withBody('"éé"'))).toEqual([]);
  expect(findings(encoder, withBody('"éé1"'))).toEqual(['V016 $.body']);
});
