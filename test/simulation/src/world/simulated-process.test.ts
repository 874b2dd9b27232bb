import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { SimulatedProcess } from './simulated-process.ts';

function scene(skewMs = 0) {
  const clock = new ManualClock(0);
  const process = new SimulatedProcess('p', clock, skewMs);
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${process.now()}`);
  return { clock, process, ran, note };
}

test('a process that is paused runs what fell due when it is continued, in order; what it cancels then never runs', () => {
  const { clock, process, ran, note } = scene();
  const cancel = process.after(30, note('cancelled'));
  process.after(10, () => {
    note('timer')();
    cancel();
  });
  process.pause();
  clock.advance(20);
  process.run(note('message'));
  clock.advance(80);
  expect(ran).toEqual([]);
  process.continue();
  clock.advance(0);
  expect(ran).toEqual(['timer@100', 'message@100']);
});

test('a process that has ended runs nothing, whatever it was in', () => {
  const { clock, process, ran, note } = scene();
  process.after(10, note('timer'));
  process.pause();
  clock.advance(20);
  process.end();
  process.continue();
  process.run(note('message'));
  clock.advance(20);
  expect(ran).toEqual([]);
});

test('its clock may differ from the world, its timers do not', () => {
  const { clock, process, ran, note } = scene(250);
  process.after(10, note('timer'));
  clock.advance(10);
  expect(ran).toEqual(['timer@260']);
});
