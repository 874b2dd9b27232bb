import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { Grants } from './grants.ts';

function newGrants(waitingMax = 10, waitMs = 1_000) {
  const clock = new ManualClock();
  const shortages: number[] = [];
  const grants = new Grants({
    limits: { bytes: 400, batchBytes: 100, streamBatches: 2 },
    clock,
    waitMs,
    waitingMax,
    onShortage: () => shortages.push(clock.now()),
  });
  return { clock, grants, shortages };
}

test('a stream gets more than one batch while there is room, and one as long as there is any', async () => {
  const { grants, shortages } = newGrants();
  expect(await grants.take()).toEqual({ batches: 2, bytes: 200 });
  expect(await grants.take()).toEqual({ batches: 1, bytes: 100 });
  expect(await grants.take()).toEqual({ batches: 1, bytes: 100 });
  expect([grants.grantedBytes, shortages.length]).toEqual([400, 0]);
});

test('when the budget is spent a stream waits, another is asked to drain, and its grant is handed on in turn', async () => {
  const { clock, grants, shortages } = newGrants(10, 30_000);
  const first = await grants.take();
  await grants.take();
  await grants.take();
  const served: string[] = [];
  const waiting = ['a', 'b', 'c'].map((name) => grants.take().then((grant) => served.push(`${name}${grant?.batches}`)));
  expect([grants.waiting, shortages.length]).toEqual([3, 3]);
  if (first) grants.give(first);
  await Promise.all(waiting.slice(0, 2));
  expect(served).toEqual(['a1', 'b1']);
  expect(grants.waiting).toBe(1);
  // One still waits, so those that were served make room in their turn.
  clock.advance(4_000);
  expect(shortages.length).toBe(5);
  grants.give({ batches: 1, bytes: 100 });
  await waiting[2];
  clock.advance(5_000);
  expect([shortages.length, clock.pending]).toEqual([5, 0]);
});

test('nobody waits longer than allowed, and no more wait than allowed', async () => {
  const { clock, grants } = newGrants(1);
  for (let taken = 0; taken < 3; taken++) await grants.take();
  const waiting = grants.take();
  expect(await grants.take()).toBeUndefined();
  clock.advance(1_000);
  expect(await waiting).toBeUndefined();
  expect([grants.waiting, clock.pending]).toEqual([0, 0]);
});
