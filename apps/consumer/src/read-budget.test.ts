import { ManualClock } from '@millrace/delivery';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LaneScene } from '../test/lane-scene.ts';
import { ReadBudget } from './read-budget.ts';

const recordBytes = 10_000;
const budgetBytes = 100 * recordBytes;

/** Lanes that share a budget; each one's own limit is above it. */
function lanes(count: number) {
  const clock = new ManualClock();
  const budget = new ReadBudget(budgetBytes, clock);
  const options = { bufferBytesMax: 10 * budgetBytes, batchBytesMax: 10 * budgetBytes, batchRecordsMax: 10 };
  const scenes = Array.from({ length: count }, () => new LaneScene(options, true, undefined, clock, budget));
  return { clock, budget, scenes };
}

const reads = ({ lane }: LaneScene): boolean => lane.isReading;

/** Fetches a record at a time until the lane reads no more. */
function fill(scene: LaneScene): number {
  let records = 0;
  for (; reads(scene) && records < 1_000; records++) scene.fetch(1, recordBytes);
  return records;
}

describe('a budget that lanes share', () => {
  test('lets a lane alone hold half, and leaves a part to every one that comes after', () => {
    const { budget, scenes } = lanes(6);
    const filled = scenes.map(fill);
    expect(filled[0]).toBeGreaterThanOrEqual(49);
    expect(filled[0]).toBeLessThanOrEqual(51);
    for (const records of filled) expect(records).toBeGreaterThan(0);
    expect(budget.heldBytes).toBeLessThanOrEqual(budgetBytes);
  });

  test('lets lanes read on when another has settled what it held', () => {
    const { clock, scenes } = lanes(2);
    const [first, second] = scenes as [LaneScene, LaneScene];
    fill(first);
    fill(second);
    expect([reads(first), reads(second)]).toEqual([false, false]);
    first.stream.opened();
    while (first.stream.answered < first.stream.batches.length) first.stream.applied();
    clock.advance(50);
    expect([reads(first), reads(second)]).toEqual([true, true]);
  });

  test('stops even the lanes that hold nothing while it is overspent, and no longer', () => {
    const { clock, budget, scenes } = lanes(3);
    const [first, second, idle] = scenes as [LaneScene, LaneScene, LaneScene];
    fill(first);
    // One fetch may bring more than there is room for.
    second.fetch(80, recordBytes);
    expect(budget.isSpent).toBe(true);
    clock.advance(1);
    expect([first, second, idle].map(reads)).toEqual([false, false, false]);
    first.lane.close();
    clock.advance(50);
    expect(reads(idle)).toBe(true);
  });

  test('is not exceeded by more than one fetch of each lane, whatever they do, and is free in the end', () => {
    const step = fc.record({ lane: fc.nat(19), records: fc.integer({ min: 1, max: 8 }), isSettled: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { clock, budget, scenes } = lanes(20);
        for (const { lane, records, isSettled } of steps) {
          const scene = scenes[lane] as LaneScene;
          if (isSettled && scene.validator.streams.length > 0) {
            if (!scene.stream.isOpened) scene.stream.opened();
            if (scene.stream.answered < scene.stream.batches.length) scene.stream.applied();
          } else if (reads(scene)) scene.fetch(records, recordBytes);
          clock.advance(1);
          expect(budget.heldBytes).toBeLessThanOrEqual(budgetBytes + 8 * (recordBytes + 100));
        }
        for (const { lane } of scenes) lane.close();
        expect(budget.heldBytes).toBe(0);
      }),
    );
  });
});
