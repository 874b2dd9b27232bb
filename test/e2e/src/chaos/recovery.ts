import type { Fault, ProgressSample } from './history.ts';

/**
 * How long after a fault the last partition moved again: from the fault until each partition that had work has committed
 * more, or has nothing left, in ms. Undefined where the samples end before.
 */
export function recoveryMs(fault: Fault, progress: readonly ProgressSample[]): number | undefined {
  const before = progress.findLast(({ atMs }) => atMs <= fault.atMs);
  if (before === undefined) return undefined;
  const later = progress.filter(({ atMs }) => atMs > fault.atMs);
  let longest = 0;
  for (const [partition, committed] of before.committed.entries()) {
    // Work that came in just before the fault shows only in the sample behind it.
    const end = Math.max(before.end[partition] ?? 0, later[0]?.end[partition] ?? 0);
    if (committed >= end) continue;
    const moved = later.find((sample) => (sample.committed[partition] ?? 0) > committed);
    if (moved === undefined) return undefined;
    longest = Math.max(longest, moved.atMs - fault.atMs);
  }
  return longest;
}

/** The longest time in which a partition with work committed nothing, in ms. */
export function longestStallMs(progress: readonly ProgressSample[]): number {
  let longest = 0;
  const movedAt: number[] = [];
  for (const [index, { atMs, committed, end }] of progress.entries()) {
    const before = progress[index - 1];
    for (const [partition, offset] of committed.entries()) {
      const moved = offset > (before?.committed[partition] ?? -1);
      const hadWork = before !== undefined && (before.committed[partition] ?? 0) < (before.end[partition] ?? 0);
      if (hadWork) longest = Math.max(longest, atMs - (movedAt[partition] ?? atMs));
      if (moved || offset >= (end[partition] ?? 0) || !hadWork) movedAt[partition] = atMs;
    }
  }
  return longest;
}
