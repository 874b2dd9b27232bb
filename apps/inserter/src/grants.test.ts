import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { Grants } from './grants.ts';

function newGrants(waitingMax = 10, waitMs = 1_000) {
  const clock = new ManualClock();
  const shortages: number[] = [];
  const grants = new Grants({
    limits: { bytes: 800, batchBytes: 100, streamBatches: 2 },
    clock,
    waitMs,
    waitingMax,
    onShortage: () => shortages.push(clock.now()),
  });
  return { clock, grants, shortages };
}

/** How many grants of a spent budget are out. */
const spent = 7;

test('a stream gets the bytes of more than one batch while there is room, and of one as long as there is any', async () => {
  const { grants, shortages } = newGrants();
  const bytes = [];
  for (let taken = 0; taken < spent; taken++) bytes.push((await grants.take())?.bytes);
  expect(bytes).toEqual([200, 100, 100, 100, 100, 100, 100]);
  expect([grants.grantedBytes, shortages.length]).toEqual([800, 0]);
});

test('a further stripe gets what is free, and never waits or makes others give way', async () => {
  const { grants, shortages } = newGrants();
  for (let taken = 0; taken < spent - 1; taken++) await grants.take();
  const last = grants.takeFree();
  expect([last?.bytes, grants.takeFree(), grants.waiting, shortages.length]).toEqual([100, undefined, 0, 0]);
});

test('when the budget is spent a stream waits, another is asked to drain, and its grant is handed on in turn', async () => {
  const { clock, grants, shortages } = newGrants(10, 30_000);
  const first = await grants.take();
  for (let taken = 1; taken < spent; taken++) await grants.take();
  const served: string[] = [];
  const waiting = ['a', 'b', 'c'].map((name) => grants.take().then((grant) => served.push(`${name}${grant?.bytes}`)));
  expect([grants.waiting, shortages.length]).toEqual([3, 3]);
  if (first) grants.give(first);
  await Promise.all(waiting.slice(0, 2));
  expect(served).toEqual(['a100', 'b100']);
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
  for (let taken = 0; taken < spent; taken++) await grants.take();
  const waiting = grants.take();
  expect(await grants.take()).toBeUndefined();
  clock.advance(1_000);
  expect(await waiting).toBeUndefined();
  expect([grants.waiting, clock.pending]).toEqual([0, 0]);
});
