import { status } from '@grpc/grpc-js';
import { CheckedRecords, Failure, FailureClass, KeyFormat, OpenLane, RecordOptions } from '@millrace/contracts';
import type { KafkaRecord } from '@millrace/lanes';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeValidator } from '../../test/fake-validator.ts';
import { RecordChecks } from './record-checks.ts';

const noTls = { tlsCaFile: undefined, tlsCertFile: undefined, tlsKeyFile: undefined };
const lane: OpenLane = {
  ...OpenLane.create({ connector: 'shop' }),
  recordOptions: { ...RecordOptions.create(), keyFormat: KeyFormat.STRING },
};
const recordOf = (offset: number, bytes = 1): KafkaRecord => ({
  offset: BigInt(offset),
  timestampMs: 5n,
  key: Buffer.from('k'),
  value: Buffer.alloc(bytes, 'x'),
  headers: [],
});
const checked = { $case: 'checked' as const, value: CheckedRecords.create() };
const failureOf = (failureClass: FailureClass) => ({
  $case: 'failure' as const,
  value: Failure.create({ class: failureClass, code: 'V1', message: 'no', hint: 'do' }),
});

let validator: FakeValidator;
let checks: RecordChecks;
beforeEach(async () => {
  validator = new FakeValidator();
  validator.answers = [checked];
  checks = new RecordChecks(await validator.start(), noTls);
});
afterEach(() => {
  checks.close();
  validator.stop();
});

async function check(records: readonly KafkaRecord[]): Promise<number> {
  let answers = 0;
  for await (const answer of checks.check(lane, records, true)) answers += answer === undefined ? 0 : 1;
  return answers;
}

test('records are asked about in order, in batches of bounded size, a large one alone', async () => {
  const records = [...Array(2_500).keys()].map((offset) => recordOf(offset));
  records.push(recordOf(3_000, 600_000), recordOf(3_001));
  expect(await check(records)).toBe(4);
  const sizes = validator.checks.map(({ batch }) => batch?.offsetDeltas.length);
  expect(sizes).toEqual([2_000, 500, 1, 1]);
  const offsets = validator.checks.flatMap(({ batch }) =>
    batch?.offsetDeltas.map((delta) => batch.firstOffset + delta),
  );
  expect(offsets).toEqual(records.map(({ offset }) => offset));
  expect(validator.checks[0]).toMatchObject({ keysOnly: true, lane: { connector: 'shop' } });
  expect(validator.checks[0]?.batch?.keySizes.length).toBe(2_000);
});

test('no records are no question', async () => {
  expect(await check([])).toBe(0);
  expect(validator.checks).toEqual([]);
});

test('a server that is away, or has no room now, is asked again', async () => {
  validator.answers = [status.UNAVAILABLE, failureOf(FailureClass.LATER), checked];
  expect(await check([recordOf(1)])).toBe(1);
  expect(validator.checks).toHaveLength(3);
});

test('what somebody has to act upon is told at once, as a configuration that does not fit', async () => {
  validator.answers = [failureOf(FailureClass.OPERATOR)];
  await expect(checks.describe(lane)).rejects.toMatchObject({ message: 'V1: no (do)', exitCode: 78 });
});

test('a server that knows no Check is told to be too old', async () => {
  validator.answers = [status.UNIMPLEMENTED];
  await expect(checks.describe(lane)).rejects.toMatchObject({
    message: expect.stringContaining('is older than this command'),
    exitCode: 69,
  });
});
