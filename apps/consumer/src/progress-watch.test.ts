import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { ProgressWatch, type Watched } from './progress-watch.ts';

const books: Watched = { id: 'books-0', signs: 1, isIdle: false, complaint: 'books-0 has had no fetch' };

/** Looks at the watch's own interval until the time has passed; returns what the last look said. */
function pass(watch: ProgressWatch, clock: ManualClock, spanMs: number, ...all: Watched[]) {
  let stalls = watch.look(all);
  for (let passedMs = 0; passedMs < spanMs; passedMs += watch.intervalMs) {
    clock.advance(watch.intervalMs);
    stalls = watch.look(all);
  }
  return stalls;
}

test('silence is a stall after the timeout, and final after as long again', () => {
  const clock = new ManualClock();
  const watch = new ProgressWatch(clock, 60_000);
  expect(pass(watch, clock, 59_000, books)).toEqual([]);
  expect(pass(watch, clock, 1_000, books)).toMatchObject([
    { message: 'books-0 has had no fetch for 60 s', isFinal: false },
  ]);
  expect(pass(watch, clock, 59_000, books)).toMatchObject([{ isFinal: false }]);
  expect(pass(watch, clock, 1_000, books)).toMatchObject([
    { message: expect.stringContaining('120 s'), isFinal: true },
  ]);
});

test('a sign of life ends a stall and begins the time anew', () => {
  const clock = new ManualClock();
  const watch = new ProgressWatch(clock, 10_000);
  expect(pass(watch, clock, 15_000, books)).toHaveLength(1);
  expect(pass(watch, clock, 9_500, { ...books, signs: 2 })).toEqual([]);
  expect(pass(watch, clock, 500, { ...books, signs: 2 })).toHaveLength(1);
});

test('what has nothing to do is not silent, and its time begins when it has', () => {
  const clock = new ManualClock();
  const watch = new ProgressWatch(clock, 10_000);
  expect(pass(watch, clock, 40_000, { ...books, isIdle: true })).toEqual([]);
  expect(pass(watch, clock, 9_500, books)).toEqual([]);
  expect(watch.silentMs('books-0')).toBe(9_500);
  expect(pass(watch, clock, 500, books)).toHaveLength(1);
});

test('a process that was frozen does not take its own silence for a stall', () => {
  const clock = new ManualClock();
  const watch = new ProgressWatch(clock, 60_000);
  pass(watch, clock, 5_000, books);
  clock.advance(600_000);
  expect(watch.look([books])).toEqual([]);
  expect(pass(watch, clock, 53_000, books)).toHaveLength(1);
});

test('what is gone is forgotten, and the worst stall comes first', () => {
  const clock = new ManualClock();
  const watch = new ProgressWatch(clock, 10_000);
  const other = { ...books, id: 'pens-0', complaint: 'pens-0 has had no fetch' };
  pass(watch, clock, 3_000, other);
  const stalls = pass(watch, clock, 10_000, books, other);
  expect(stalls.map(({ watched }) => watched.id)).toEqual(['pens-0', 'books-0']);
  pass(watch, clock, 500, books);
  expect(pass(watch, clock, 9_000, other)).toEqual([]);
});
