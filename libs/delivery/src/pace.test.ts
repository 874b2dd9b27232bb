import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('a pace', () => {
  it('makes records due at its rate, however often it is asked', () => {
    const step = fc.integer({ min: 0, max: 900 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), fc.integer({ min: 1, max: 20_000 }), (steps, rate) => {
        const pace = new Pace(rate, 0);
        let now = 0;
        let taken = 0;
        for (const ms of steps) {
          now += ms;
          taken += pace.take(now, Number.POSITIVE_INFINITY);
        }
        // A rate of one record in more than a second is below a burst, which is one record at least.
        expect(Math.abs(taken - (now * rate) / 1_000)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps due what was not taken', () => {
    const pace = new Pace(1_000, 0);
    expect([pace.take(100, 60), pace.take(100, 60), pace.take(100, 60)]).toEqual([60, 40, 0]);
  });

  it('does not make up for more than a second', () => {
    const pace = new Pace(100, 0);
    expect(pace.take(60_000, 1_000)).toBe(100);
    expect(pace.take(60_000, 1_000)).toBe(0);
    expect(pace.take(61_000, 1_000)).toBe(100);
  });
});
