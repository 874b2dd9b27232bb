import { Outcome, Result } from '@millrace/contracts';
import { trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { rejectionOf } from '../test/fake-validator.ts';
import { recordOf } from '../test/lane-scene.ts';
import { accountsForAll, tooLarge } from './outcome-checks.ts';
import { OutgoingBatch } from './outgoing-batch.ts';
import { weigh } from './weighed-records.ts';

/** Offsets 4 to 7. */
const travelling = { keys: false, headers: [] };
const batch = new OutgoingBatch(
  weigh(
    [4, 5, 6, 7].map((offset) => recordOf(offset)),
    travelling,
  ),
  { position: 4n, finished: false },
  trace.getTracer('test').startSpan('test'),
  travelling,
);
const applied = (more: Partial<Outcome>): Outcome => ({ ...Outcome.create(), result: Result.APPLIED, ...more });
const rejected = (...offsets: number[]) => offsets.map(rejectionOf);

describe('an outcome that goes on after rejections has to account for every record', () => {
  test.each([
    [{ writtenRows: 4 }, true],
    [{ writtenRows: 2, supersededRows: 1, rejections: rejected(5) }, true],
    [{ writtenRows: 1, deletedRows: 1, filteredRows: 1, rejections: rejected(5) }, true],
    [{ deletedRows: 4 }, true],
    [{ filteredRows: 4 }, true],
    [{ writtenRows: 3, deletedRows: 2 }, false],
    [{ writtenRows: 3, filteredRows: 2 }, false],
    [{ rejections: rejected(4, 5, 6, 7) }, true],
    [{ writtenRows: 3 }, false],
    [{ writtenRows: 5 }, false],
    [{ writtenRows: 3, rejections: rejected(3) }, false],
    [{ writtenRows: 3, rejections: rejected(8) }, false],
    [{ writtenRows: 2, rejections: rejected(5, 5) }, false],
    [{ writtenRows: 2, rejections: rejected(6, 5) }, false],
    [{ writtenRows: 1, rejections: rejected(5), stopped: true }, false],
  ])('case %#', (outcome, accounts) => {
    expect(accountsForAll(batch, applied(outcome), false)).toBe(accounts);
  });
});

describe('an outcome that may stop has to account for every record before its rejection', () => {
  test.each([
    [{ writtenRows: 4 }, true],
    [{ writtenRows: 1, rejections: rejected(5), stopped: true }, true],
    [{ deletedRows: 1, filteredRows: 1, rejections: rejected(6), stopped: true }, true],
    [{ deletedRows: 1, filteredRows: 1, rejections: rejected(5), stopped: true }, false],
    [{ writtenRows: 0, rejections: rejected(4), stopped: true }, true],
    [{ writtenRows: 0, rejections: rejected(5), stopped: true }, false],
    [{ writtenRows: 2, rejections: rejected(5), stopped: true }, false],
    [{ writtenRows: 1, rejections: rejected(5, 6), stopped: true }, false],
    [{ writtenRows: 1, stopped: true }, false],
  ])('case %#', (outcome, accounts) => {
    expect(accountsForAll(batch, applied(outcome), true)).toBe(accounts);
  });
});

test('what is not applied has nothing to account for', () => {
  expect(accountsForAll(batch, { ...Outcome.create(), result: Result.NOT_APPLIED }, false)).toBe(true);
});

test('a record that no server takes is rejected with its size', () => {
  const { result, rejections } = tooLarge(recordOf(9, 1_000), 1_032, 500);
  expect(result).toBe(Result.APPLIED);
  expect(rejections[0]).toMatchObject({
    offset: 9n,
    violations: [{ code: 'record.too_large', found: '1032 bytes', expected: 'at most 500 bytes with its key' }],
  });
});
