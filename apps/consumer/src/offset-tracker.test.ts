import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OffsetTracker } from './offset-tracker.ts';

test('the oldest is the first of the oldest span that is not finished', () => {
  const tracker = new OffsetTracker();
  expect(tracker.oldest).toBeUndefined();
  const spans = [10n, 20n, 30n].map((offset) => tracker.begin(offset));
  const [first, second, third] = spans;
  if (!first || !second || !third) return;
  tracker.finish(second);
  expect(tracker.oldest).toBe(10n);
  tracker.finish(first);
  expect(tracker.oldest).toBe(30n);
  third.position = 35n;
  expect(tracker.oldest).toBe(35n);
  tracker.finish(third);
  expect(tracker.oldest).toBeUndefined();
});

test('in whatever order spans begin and finish, an unfinished one is never passed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50)), { maxLength: 100 }), (steps) => {
      const tracker = new OffsetTracker();
      const open: { at: bigint; span: ReturnType<OffsetTracker['begin']> }[] = [];
      let next = 0n;
      for (const step of steps) {
        if (step === null) {
          open.push({ at: next, span: tracker.begin(next) });
          next += 3n;
        } else {
          const [ended] = open.splice(step % Math.max(1, open.length), 1);
          if (ended) tracker.finish(ended.span);
        }
        const unfinished = open.map(({ at }) => at).sort((a, b) => Number(a - b));
        expect(tracker.oldest).toBe(unfinished[0]);
      }
    }),
  );
});
