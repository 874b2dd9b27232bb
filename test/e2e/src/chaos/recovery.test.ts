import { describe, expect, it } from 'vitest';
import type { Fault, ProgressSample } from './history.ts';
import { longestStallMs, recoveryMs } from './recovery.ts';

const samples = (...rows: [atMs: number, committed: number[], end: number[]][]): ProgressSample[] =>
  rows.map(([atMs, committed, end]) => ({ atMs, committed, end }));
const faultAt = (atMs: number): Fault => ({ kind: 'kill', target: 'any', atMs, batchesInFlight: 1, hit: true });

describe('the time to recover', () => {
  const progress = samples([0, [1, 5], [9, 9]], [100, [1, 5], [9, 9]], [200, [1, 6], [9, 9]], [900, [2, 9], [9, 9]]);
  it('lasts until the last partition has moved', () => {
    expect(recoveryMs(faultAt(100), progress)).toBe(800);
  });
  it('leaves out a partition that had no work', () => {
    expect(recoveryMs(faultAt(10), samples([0, [9, 5], [9, 9]], [300, [9, 6], [9, 9]]))).toBe(290);
  });
  it('is not known where a partition never moved', () => {
    expect(recoveryMs(faultAt(10), samples([0, [1, 5], [9, 9]], [300, [1, 6], [9, 9]]))).toBeUndefined();
  });
});

describe('the longest stall', () => {
  it('is that of the partition that stood longest with work', () => {
    const progress = samples([0, [1, 1], [9, 9]], [100, [1, 2], [9, 9]], [500, [2, 2], [9, 9]], [600, [3, 3], [9, 9]]);
    expect(longestStallMs(progress)).toBe(500);
  });
  it('does not count the time without work', () => {
    const progress = samples([0, [1], [1]], [5_000, [1], [1]], [5_100, [1], [4]], [5_300, [4], [4]]);
    expect(longestStallMs(progress)).toBe(200);
  });
});
