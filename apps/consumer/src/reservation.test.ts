import { ManualClock } from '@millrace/delivery';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LaneReservation, metadataOf, reservationIn, takeoverWaitMs } from './reservation.ts';

const session = '7f0c4b9e-2f63-4d4c-9a5e-0b8f5f1c2d3e';

test('a reservation survives the metadata of a commit', () => {
  fc.assert(
    fc.property(
      fc.nat(4_000_000_000_000),
      fc.uuid(),
      fc.option(fc.uuid(), { nil: undefined }),
      fc.option(
        fc.record({
          endOffset: fc.bigInt(0n, 2n ** 63n - 1n),
          reason: fc.constantFrom('crash' as const, 'unfinished_drain' as const),
        }),
        { nil: undefined },
      ),
      (untilMs, of, id, inDoubt) => {
        const topicId = id?.replaceAll('-', '');
        const reservation = { untilMs, session: of, ...(topicId && { topicId }), ...(inDoubt && { inDoubt }) };
        expect(reservationIn(metadataOf(reservation))).toEqual(reservation);
      },
    ),
  );
});

test.each([
  ['nothing', null],
  ['an empty text', ''],
  ['the text of another client', 'consumer-1'],
  ['a newer version', `v2;r=5;s=${session}`],
  ['a time that is no number', `v1;r=1e3;s=${session}`],
  ['something behind it', `v1;r=5;s=${session};x`],
  ['an id that is none', `v1;r=5;s=${session};t=0123`],
  ['an end that is none', `v1;r=5;s=${session};e=-1`],
])('%s is no reservation, and is taken for the longest one', (_, metadata) => {
  expect(reservationIn(metadata)).toBeUndefined();
  expect(takeoverWaitMs({ offset: 7n, metadata }, session, 1_000, 15_000)).toBe(16_000);
});

test('a new owner waits for the reservation of another session, and for none of its own or of a partition without a commit', () => {
  const held = (untilMs: number, by: string) => ({ offset: 7n, metadata: metadataOf({ untilMs, session: by }) });
  expect(takeoverWaitMs(held(9_000, 'other'), session, 1_000, 15_000)).toBe(9_000);
  expect(takeoverWaitMs(held(0, 'other'), session, 1_000, 15_000)).toBe(0);
  expect(takeoverWaitMs(held(9_000, session), session, 1_000, 15_000)).toBe(0);
  expect(takeoverWaitMs({ offset: -1n, metadata: null }, session, 1_000, 15_000)).toBe(0);
  // Below -1 there is no offset, and yet somebody has committed: what kafkajs does for an offset that is gone.
  expect(takeoverWaitMs({ offset: -2n, metadata: null }, session, 1_000, 15_000)).toBe(16_000);
});

test('nothing beyond the reservation is covered, and one is asked for once until it is answered', () => {
  let asked = 0;
  const reservation = new LaneReservation(new ManualClock(), () => {
    asked += 1;
  });
  expect([reservation.covers(10), reservation.covers(11)]).toEqual([false, false]);
  expect(asked).toBe(1);
  reservation.reserved(10);
  expect([reservation.isWanted, reservation.covers(10), reservation.covers(11)]).toEqual([false, true, false]);
  expect(asked).toBe(2);
  reservation.reserved(5);
  expect([reservation.untilMs, reservation.isWanted]).toEqual([10, true]);
});
