import { expect, test } from 'vitest';
import { cpuMs, peakResidentBytes, residentBytes } from './process-usage.ts';

test('tells what a process holds now and what it has held at most', async () => {
  const now = await residentBytes(process.pid);
  expect(now).toBeGreaterThan(10_000_000);
  expect(await peakResidentBytes(process.pid)).toBeGreaterThanOrEqual(now);
});

test('tells how much time of a processor a process has used', async () => {
  const before = await cpuMs(process.pid);
  const { user, system } = process.cpuUsage();
  expect(Math.abs(before - (user + system) / 1_000)).toBeLessThan(1_000);
  for (const end = process.cpuUsage().user + 100_000; process.cpuUsage().user < end; );
  expect(await cpuMs(process.pid)).toBeGreaterThanOrEqual(before + 80);
});
