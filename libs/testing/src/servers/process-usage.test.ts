import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { cpuMs, groupCpuMs, peakResidentBytes, residentBytes } from './process-usage.ts';
import { spawnWatched } from './watched-process.ts';

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

test('tells how much a group has used, its children that have ended included', async () => {
  const busy = 'for (const end = process.cpuUsage().user + 300_000; process.cpuUsage().user < end; );';
  const parent = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(busy)}]);
    console.log('done'); setInterval(() => {}, 1_000);`;
  const child = spawnWatched(process.execPath, ['-e', parent], { output: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout ?? expect.unreachable(), 'data');
  const pid = child.pid ?? expect.unreachable();
  expect(await groupCpuMs(pid)).toBeGreaterThanOrEqual((await cpuMs(pid)) + 250);
});
