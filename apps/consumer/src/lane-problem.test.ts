import { MissingTopicError } from '@millrace/connector-config';
import { failureEntry } from '@millrace/errors';
import { expect, test } from 'vitest';
import { noReservation, offsetGone, sourceProblem, untrustedAnswer } from './lane-problem.ts';
import { missingOffset } from './offset-loss.ts';

const state = { topic: 'books', partition: 0, low: 1500n, high: 9000n, topicId: undefined };
const lostOffset = missingOffset(state, 1200n);
const problems = [
  untrustedAnswer('outcome 7', 0),
  offsetGone(lostOffset ?? '', 0),
  noReservation('books-0', 'took no offset commit: The group is loading its state', 0),
  sourceProblem(new MissingTopicError(['books']), 'shop', 0),
];

test.each(problems)('$code says what its page shows', ({ code, message }) => {
  expect(message).toBe(failureEntry(code)?.told);
});

test('who has to act, and whether the lane tries again, is what the catalogue says', () => {
  expect(problems.map(({ needsAction, retrying }) => [needsAction, retrying])).toEqual([
    [true, true],
    [true, false],
    [false, true],
    [true, true],
  ]);
  expect(sourceProblem(new Error('away'), 'shop', 0)).toMatchObject({ needsAction: false, retrying: true });
});
