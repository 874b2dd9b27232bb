import fc from 'fast-check';
import { test } from 'vitest';
import { anyDelivery, checkDelivery } from '../test/delivered-log.ts';

test('the table is the fold of the log, and no key goes back in time: 100,000 logs', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(fc.asyncProperty(anyDelivery, checkDelivery), {
    numRuns: 100_000,
    interruptAfterTimeLimit: 3_500_000,
    markInterruptAsFailure: true,
  });
});
