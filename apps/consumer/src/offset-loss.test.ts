import { expect, test } from 'vitest';
import type { Assignment } from './kafka-source.ts';
import { missingOffset, offsetLoss } from './offset-loss.ts';
import { metadataOf } from './reservation.ts';

const [old, present] = ['a'.repeat(32), 'b'.repeat(32)];

function assignment(offset: bigint, ofTopic?: string, topicId: string | undefined = present): Assignment {
  const metadata = metadataOf({ untilMs: 0, session: 'another', topicId: ofTopic });
  const committed = { offset, metadata: offset < 0n ? null : metadata };
  return { topic: 'books', partition: 0, low: 10n, high: 20n, topicId, startOffset: offset, committed };
}

test('an offset that the broker has is none that is lost, up to the very end', () => {
  for (const offset of [-1n, 10n, 15n, 20n]) expect(offsetLoss(assignment(offset, present), present)).toBeUndefined();
});

test('an offset before the first and one behind the end are lost, and it is said how', () => {
  expect(offsetLoss(assignment(7n), undefined)).toBe(
    'books-0 has no offset 7 any more: 3 offsets from there on are deleted, by retention or by hand; its first one is 10',
  );
  expect(offsetLoss(assignment(9n), undefined)).toContain('the record at it is deleted');
  expect(offsetLoss(assignment(21n), undefined)).toBe(
    'books-0 has no offset 21: it ends at 20, so the topic was created again, or a broker has lost records',
  );
});

test('an offset of another topic of that name is lost, however many records the new one has', () => {
  expect(offsetLoss(assignment(15n, old), undefined)).toBe(
    'the topic of books-0 was deleted and created again, and the group stands at offset 15 of the old one',
  );
});

test('a topic that was read before and created again is known where Kafka has forgotten the commits', () => {
  expect(offsetLoss(assignment(-1n), old)).toBe('the topic of books-0 was deleted and created again');
  expect(offsetLoss(assignment(-1n), undefined)).toBeUndefined();
});

test('the commit counts before what was read last, and without ids nothing is claimed', () => {
  expect(offsetLoss(assignment(15n, present), old)).toBeUndefined();
  expect(offsetLoss(assignment(15n), present)).toBeUndefined();
  const untold = { ...assignment(15n, old), topicId: undefined };
  expect(offsetLoss(untold, old)).toBeUndefined();
});

test('every offset of a partition is there, and no other', () => {
  const state = { topic: 'books', partition: 0, low: 10n, high: 20n, topicId: undefined };
  for (let offset = 0n; offset < 30n; offset++) {
    expect(missingOffset(state, offset) === undefined).toBe(offset >= 10n && offset <= 20n);
  }
});
