import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('a task runs after its delay, and a delay beyond what a timer can hold does not run at once', async () => {
  const ran: string[] = [];
  const cancel = systemClock.after(2 ** 40, () => ran.push('far'));
  await new Promise<void>((resolve) => {
    systemClock.after(5, resolve);
  });
  cancel();
  expect(ran).toEqual([]);
});

test('a cancelled task does not run', async () => {
  const ran: string[] = [];
  systemClock.after(1, () => ran.push('cancelled'))();
  await new Promise<void>((resolve) => {
    systemClock.after(10, resolve);
  });
  expect(ran).toEqual([]);
});
