import { setTimeout as delay } from 'node:timers/promises';
import { residentBytes } from '@millrace/testing';

const everyMs = 200;

/** Samples a process's memory for that long. */
export async function sampleMemory(pid: number, durationMs: number): Promise<number[]> {
  const samples: number[] = [];
  for (const end = performance.now() + durationMs; performance.now() < end; await delay(everyMs)) {
    samples.push(await residentBytes(pid));
  }
  return samples;
}

/** The growth that is in a run of samples: the highest of the last third over the highest of the first, minus one. */
export function growth(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  if (third === 0) throw new Error('too few samples');
  return Math.max(...samples.slice(-third)) / Math.max(...samples.slice(0, third)) - 1;
}
