import { Failure, Outcome, Rejection, Violation } from '@millrace/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordOf } from '../test/lane-scene.ts';
import { connectHeaders, millraceHeaders } from './dead-letter-record.ts';
import { problemOf, stoppedByRecord } from './lane-problem.ts';
import { maskedOutcome } from './masked-outcome.ts';

const canary = 'canary-7f3a';
const violation = (more: Partial<Violation>): Violation => ({ ...Violation.create(), path: '$.secret', ...more });

test('paths, codes, messages and what was expected stay; what was found does not', () => {
  const whole = violation({ code: 'V012', message: 'wrong type', expected: 'a number', found: canary, hint: 'h' });
  const outcome = {
    ...Outcome.create(),
    rejections: [{ ...Rejection.create(), violations: [whole], primaryKey: canary }],
  };
  expect(maskedOutcome(outcome).rejections[0]).toMatchObject({
    violations: [{ ...whole, found: '***' }],
    primaryKey: '***',
  });
});

test('what was not found, and keys that could not be read, stay empty', () => {
  const outcome = { ...Outcome.create(), rejections: [{ ...Rejection.create(), violations: [violation({})] }] };
  expect(maskedOutcome(outcome)).toEqual(outcome);
});

/** Whatever of a record may get into an answer of the validator or the inserter. */
const told = fc.record({
  code: fc.constantFrom('V012', 'V016', 'milvus.row_refused', 'milvus.too_large'),
  isMilvus: fc.boolean(),
});

test('no header, problem or trace of a masked record holds a value of it', () => {
  fc.assert(
    fc.property(fc.array(told, { minLength: 1, maxLength: 4 }), (all) => {
      const violations = all.map(({ code }) =>
        violation({
          code,
          found: `string "${canary}"`,
          message: code.startsWith('m') ? `Milvus refused: ${canary}` : 'wrong',
        }),
      );
      const failure = {
        ...Failure.create(),
        code: 'milvus.indefinite',
        message: `Milvus refused the write: ${canary}`,
      };
      const rejections = [{ ...Rejection.create(), violations, primaryKey: canary }];
      const masked = maskedOutcome({ ...Outcome.create(), rejections, failure });
      const [rejection = Rejection.create()] = masked.rejections;
      const at = { topic: 't', partition: 0, collection: 'c' };
      const letter = { at, record: recordOf(0), rejection, attempts: 1, traceId: '' };
      const context = { connector: 'c', connectHeaders: true, maskValues: true };
      const shown = [
        millraceHeaders(letter, context, 0),
        connectHeaders(letter, context),
        stoppedByRecord('t-0', rejection, 0),
        problemOf(masked.failure ?? Failure.create(), 0),
      ];
      expect(JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
        canary,
      );
    }),
  );
});
