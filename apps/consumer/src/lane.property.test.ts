import fc from 'fast-check';
import { test } from 'vitest';
import { LaneModel, type Step } from '../test/lane-model.ts';

const amount = (does: 'fetch' | 'control', most: number) =>
  fc.record({ does: fc.constant(does), amount: fc.integer({ min: 1, max: most }) });
const plain = (does: 'open' | 'apply' | 'refuse' | 'doubt' | 'drain' | 'end' | 'break' | 'take' | 'reject') =>
  fc.constant({ does });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: amount('fetch', 5) },
  { weight: 1, arbitrary: amount('control', 2) },
  { weight: 4, arbitrary: plain('open') },
  { weight: 6, arbitrary: plain('apply') },
  { weight: 2, arbitrary: plain('refuse') },
  { weight: 2, arbitrary: plain('doubt') },
  { weight: 1, arbitrary: plain('drain') },
  { weight: 2, arbitrary: plain('end') },
  { weight: 1, arbitrary: plain('break') },
  { weight: 3, arbitrary: plain('take') },
  { weight: 1, arbitrary: plain('reject') },
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('advance' as const), amount: fc.constantFrom(60, 700, 5_000, 13_000) }),
  },
);

test('whatever servers do, a lane settles every record once, in order, never early and never into a late write', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const model = new LaneModel();
      for (const each of steps) await model.take(each);
      await model.finish();
    }),
    { numRuns: 300 },
  );
});
