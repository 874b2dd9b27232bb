import { RejectionStage } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { recordOf } from '../test/lane-scene.ts';
import { connectHeaders, type DeadLetter, millraceHeaders, withHeaders } from './dead-letter-record.ts';

const violation = {
  code: 'vector.length',
  path: '$.v',
  message: 'wrong length',
  expected: '8',
  found: '7',
  hint: 'Fix it.',
};
const letter: DeadLetter = {
  at: { topic: 'orders', partition: 3, collection: 'docs' },
  record: recordOf(42),
  rejection: {
    offset: 42n,
    violations: [violation, { ...violation, path: '$.w' }],
    stage: RejectionStage.VALIDATE,
    milvusCode: 0,
    violationsOmitted: 5,
    primaryKey: '42',
    schemaVersion: '7@99',
  },
  attempts: 2,
  traceId: 'c'.repeat(32),
};
const context = { connector: 'shop', connectHeaders: true, maskValues: false };
const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

test('our headers say what, where and why, byte for byte', () => {
  expect(millraceHeaders(letter, context, nowMs)).toEqual([
    ['__millrace.error.code', 'vector.length'],
    ['__millrace.error.path', '$.v'],
    ['__millrace.error.stage', 'validate'],
    ['__millrace.error.message', 'wrong length (expected 8, found 7)'],
    ['__millrace.error.hint', 'Fix it.'],
    ['__millrace.error.docs', ''],
    ['__millrace.error.violations', JSON.stringify(letter.rejection.violations)],
    ['__millrace.error.masked', 'false'],
    ['__millrace.error.count', '7'],
    ['__millrace.error.milvus_code', ''],
    ['__millrace.topic', 'orders'],
    ['__millrace.partition', '3'],
    ['__millrace.offset', '42'],
    ['__millrace.connector', 'shop'],
    ['__millrace.collection', 'docs'],
    ['__millrace.pk', '42'],
    ['__millrace.schema_version', '7@99'],
    ['__millrace.attempts', '2'],
    ['__millrace.replay_count', '0'],
    ['__millrace.trace_id', 'c'.repeat(32)],
    ['__millrace.first_failed_at', '2026-01-02T03:04:05.678Z'],
  ]);
});

test("Milvus's code is there where Milvus refused", () => {
  const rejection = { ...letter.rejection, stage: RejectionStage.WRITE, milvusCode: 1100 };
  const headers = Object.fromEntries(millraceHeaders({ ...letter, rejection }, context, nowMs));
  expect(headers).toMatchObject({ '__millrace.error.milvus_code': '1100', '__millrace.error.stage': 'write' });
});

test('a record that was a dead letter before counts how often', () => {
  const count = (...names: string[]) => {
    const record = { ...letter.record, headers: names.map((name) => ({ name, value: Buffer.from('0') })) };
    return Object.fromEntries(millraceHeaders({ ...letter, record }, context, nowMs))['__millrace.replay_count'];
  };
  expect(count('other', '__millrace.replay_count')).toBe('1');
  expect(count('__millrace.replay_count', 'other', '__millrace.replay_count')).toBe('2');
});

test("Kafka Connect's headers are those of its reporter", () => {
  expect(connectHeaders(letter, context)).toEqual([
    ['__connect.errors.topic', 'orders'],
    ['__connect.errors.partition', '3'],
    ['__connect.errors.offset', '42'],
    ['__connect.errors.connector.name', 'shop'],
    ['__connect.errors.task.id', '0'],
    ['__connect.errors.stage', 'TASK_PUT'],
    ['__connect.errors.class.name', 'millrace.schema-validator'],
    ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
    ['__connect.errors.exception.message', 'vector.length at $.v: wrong length'],
    ['__connect.errors.exception.stacktrace', ''],
  ]);
});

test('a record that cannot be read failed in the converter', () => {
  const rejection = { ...letter.rejection, stage: RejectionStage.DECODE };
  expect(connectHeaders({ ...letter, rejection }, context)).toContainEqual([
    '__connect.errors.stage',
    'VALUE_CONVERTER',
  ]);
});

test("the record's own headers come first, in their order, and ours behind them whatever they are called", () => {
  const own = [
    { name: 'b', value: Buffer.from('1') },
    { name: '__millrace.topic', value: null },
    { name: 'b', value: Buffer.alloc(0) },
  ];
  const headers = withHeaders(own, [['__millrace.topic', 'orders']]);
  expect(headers).toEqual([...own, { name: '__millrace.topic', value: Buffer.from('orders') }]);
});

test('no header that is added is longer than its bound, whatever the texts are', () => {
  const long = '🚂'.repeat(5_000);
  const each = { code: long, path: long, message: long, expected: long, found: long, hint: long };
  const rejection = { ...letter.rejection, violations: [each, each], primaryKey: long, schemaVersion: long };
  const at = { topic: long, partition: 1, collection: long };
  const added = [
    ...millraceHeaders({ ...letter, at, rejection, traceId: long }, { ...context, connector: long }, nowMs),
    ...connectHeaders({ ...letter, at, rejection }, { ...context, connector: long }),
  ];
  for (const { name, value } of withHeaders([], added)) {
    expect(value?.length, name).toBeLessThanOrEqual(name === '__millrace.error.violations' ? 8_192 : 1_024);
  }
});

test('a code of the catalogue leads to its page', () => {
  const rejection = { ...letter.rejection, violations: [{ ...violation, code: 'V017' }] };
  const headers = Object.fromEntries(millraceHeaders({ ...letter, rejection }, context, nowMs));
  expect(headers['__millrace.error.docs']).toBe('docs/errors/V017.md');
});
