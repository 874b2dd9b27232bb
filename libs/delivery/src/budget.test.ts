import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget, type Grant } from './budget.ts';

test('a stream gets bytes up to its limit, a quarter of what is free, and the last one those of a single batch', () => {
  const budget = new Budget({ bytes: 2_000, batchBytes: 100, streamBatches: 4 });
  const grants = Array.from({ length: 12 }, () => budget.take());
  expect(grants.map((grant) => grant?.bytes)).toEqual([
    400,
    400,
    300,
    200,
    100,
    100,
    100,
    100,
    100,
    100,
    100,
    undefined,
  ]);
  expect(grants.slice(0, -1).every((grant) => grant?.batches === 4)).toBe(true);
});

test('what is given back can be taken again', () => {
  const budget = new Budget({ bytes: 100, batchBytes: 100, streamBatches: 4 });
  const grant = budget.take();
  expect(grant).toEqual({ batches: 4, bytes: 100 });
  expect(budget.take()).toBeUndefined();
  if (grant) budget.give(grant);
  expect(budget.grantedBytes).toBe(0);
  expect(budget.take()).toEqual(grant);
});

test('a budget below one batch grants nothing', () => {
  expect(new Budget({ bytes: 99, batchBytes: 100, streamBatches: 4 }).take()).toBeUndefined();
});

test('grants never exceed the budget, and a stream waits only when not one batch is free', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (steps) => {
      const limits = { bytes: 1_050, batchBytes: 100, streamBatches: 5 };
      const budget = new Budget(limits);
      const grants: Grant[] = [];
      for (const takes of steps) {
        const free = limits.bytes - budget.grantedBytes;
        const grant = takes ? budget.take() : undefined;
        if (takes) expect(grant === undefined).toBe(free < limits.batchBytes);
        if (grant) grants.push(grant);
        const back = takes ? undefined : grants.pop();
        if (back) budget.give(back);
        expect(budget.grantedBytes).toBe(grants.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(budget.grantedBytes).toBeLessThanOrEqual(limits.bytes);
      }
    }),
  );
});
