import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';

test('tasks run at their times, in the order of time and then of scheduling', () => {
  const clock = new ManualClock(1_000);
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
  clock.after(20, note('late'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.after(-5, note('at once'));
  clock.advance(15);
  expect(ran).toEqual(['at once@1000', 'first@1010', 'second@1010']);
  expect(clock.now()).toBe(1_015);
  expect(clock.pending).toBe(1);
});

test('what a task schedules within the span runs within it', () => {
  const clock = new ManualClock(0);
  const at: number[] = [];
  const again = () => {
    at.push(clock.now());
    clock.after(10, again);
  };
  clock.after(10, again);
  clock.advance(35);
  expect(at).toEqual([10, 20, 30]);
});

test('a cancelled task never runs, not even when another cancels it at its time', () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  const cancelThird = () => third();
  clock.after(5, () => ran.push('never'))();
  clock.after(10, cancelThird);
  const third = clock.after(10, () => ran.push('third'));
  clock.advance(100);
  expect(ran).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a step runs one task and says whether there was one', () => {
  const clock = new ManualClock(0);
  const ran: string[] = [];
  clock.after(20, () => ran.push('late'));
  clock.after(10, () => {
    ran.push(`early at ${clock.now()}`);
    clock.after(0, () => ran.push('at once'));
  });
  expect(clock.step(15)).toBe(true);
  expect(ran).toEqual(['early at 10']);
  expect(clock.step(15)).toBe(true);
  expect(clock.step(15)).toBe(false);
  expect(ran).toEqual(['early at 10', 'at once']);
  expect(clock.now()).toBe(10);
});
