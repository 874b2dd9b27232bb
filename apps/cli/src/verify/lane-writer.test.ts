import {
  Failure,
  FailureClass,
  LaneRefused,
  NotAppliedReason,
  OpenLane,
  RecordOptions,
  Rejection,
  Result,
} from '@millrace/contracts';
import type { KafkaRecord } from '@millrace/lanes';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeValidator } from '../../test/fake-validator.ts';
import { LaneWriter } from './lane-writer.ts';

const writeTimeoutMs = 10_000;
const noTls = { tlsCaFile: undefined, tlsCertFile: undefined, tlsKeyFile: undefined };
const lane: OpenLane = { ...OpenLane.create({ connector: 'shop' }), recordOptions: RecordOptions.create() };
const recordAt = (offset: number): KafkaRecord => ({
  offset: BigInt(offset),
  timestampMs: 0n,
  key: null,
  value: Buffer.from('x'),
  headers: [],
});
const applied = (writtenRows: number) => ({ outcome: { result: Result.APPLIED, writtenRows } });
const later = Failure.create({ class: FailureClass.LATER, code: 'L', message: 'not now', retryAfterMs: 700n });
const operator = Failure.create({ class: FailureClass.OPERATOR, code: 'O', message: 'do something' });

let validator: FakeValidator;
let writer: LaneWriter;
let waits: number[];
beforeEach(async () => {
  validator = new FakeValidator();
  waits = [];
  writer = new LaneWriter(await validator.start(), noTls, writeTimeoutMs, async (ms) => void waits.push(ms));
});
afterEach(() => {
  writer.close();
  validator.stop();
});

const offsets = () =>
  validator.batches.map(({ firstOffset, offsetDeltas }) => offsetDeltas.map((delta) => Number(firstOffset + delta)));
const write = (...records: number[]) => writer.write(lane, records.map(recordAt));

test('records go as a batch that expires, and what is rejected comes back', async () => {
  const rejection = Rejection.create({ offset: 5n });
  validator.streams = [
    { outcome: { result: Result.APPLIED, writtenRows: 1, deletedRows: 1, rejections: [rejection] } },
  ];
  const before = Date.now();
  expect(await write(3, 5, 9)).toEqual([rejection]);
  expect(offsets()).toEqual([[3, 5, 9]]);
  const { notAfterUnixMs = 0n, byteCount } = validator.batches[0] ?? {};
  expect(Number(notAfterUnixMs) - before).toBeGreaterThanOrEqual(writeTimeoutMs);
  expect([byteCount, validator.opened[0]?.connector]).toEqual([3n * 33n, 'shop']);
  expect(waits).toEqual([]);
});

test('what was not applied goes again, as soon as the server wants', async () => {
  validator.streams = [
    { outcome: { result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, failure: later } },
    { refuse: LaneRefused.create({ failure: later }) },
    { outcome: { result: Result.NOT_APPLIED, reason: NotAppliedReason.SCHEMA_CHANGED } },
    applied(1),
  ];
  await write(1);
  expect(offsets()).toEqual([[1], [1], [1]]);
  expect(waits).toHaveLength(3);
  expect(waits.slice(0, 2)).toEqual([700, 700]);
});

test.each([
  ['an indefinite outcome', { outcome: { result: Result.INDEFINITE } }],
  ['a stream that breaks', { breakOff: 'with the batch in hand' as const }],
  ['an outcome that does not account for all', applied(0)],
])('after %s nothing goes until it can no longer take effect', async (_name, script) => {
  validator.streams = [script, applied(1)];
  await write(1);
  const [quiet = 0] = waits;
  expect(quiet).toBeGreaterThan(writeTimeoutMs + 1_000);
  expect(quiet).toBeLessThanOrEqual(writeTimeoutMs + 2_000);
  expect(offsets()).toEqual([[1], [1]]);
});

test('what somebody has to act upon ends it, and not before it can no longer take effect', async () => {
  validator.streams = [{ outcome: { result: Result.INDEFINITE, failure: operator } }];
  await expect(write(1)).rejects.toMatchObject({ message: 'O: do something', exitCode: 78 });
  expect(waits[0]).toBeGreaterThan(writeTimeoutMs);
});
