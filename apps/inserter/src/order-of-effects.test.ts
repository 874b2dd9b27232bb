import fc from 'fast-check';
import { test } from 'vitest';
import { anyDelivery, checkDelivery } from '../test/delivered-log.ts';

test('whatever is refused, lost or merged: the table is the fold of the log, and no key goes back in time', async () => {
  await fc.assert(fc.asyncProperty(anyDelivery, checkDelivery), { numRuns: 500 });
});
