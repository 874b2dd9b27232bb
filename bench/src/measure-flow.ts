import { setTimeout as delay } from 'node:timers/promises';
import { groupCpuMs, peakResidentBytes } from '@millrace/testing';

/** Something that moves records from a topic into a collection. */
export interface Mover {
  /** Process groups by what they are called. */
  readonly groups: Readonly<Record<string, number>>;
  /** The end of its logs, for failures. */
  logEnds(): string;
  stop(): Promise<void>;
}

export interface FlowOptions {
  /** Rows that have arrived so far. */
  readonly rows: () => Promise<number>;
  /** The part of the flow that counts: from so many rows on, when all is warm, to so many, before the end shows. */
  readonly from: number;
  readonly to: number;
  /** What works beside the mover, such as the broker. */
  readonly beside: Readonly<Record<string, number>>;
  readonly timeoutMs: number;
}

/** What a flow has cost while it was measured. */
export interface Flow {
  readonly rows: number;
  readonly seconds: number;
  /** CPU-seconds for each 100,000 rows, by process group. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** The same of what works beside it. */
  readonly cpuSecondsBeside: Readonly<Record<string, number>>;
  /** Most memory of each process since its start, bytes. */
  readonly peakBytes: Readonly<Record<string, number>>;
}

const pollMs = 10;

/** Waits for the flow to be warm, and measures it from there. */
export async function measureFlow(mover: Mover, options: FlowOptions): Promise<Flow> {
  const all = { ...mover.groups, ...options.beside };
  const begin = await reach(options.from, mover, options, all);
  const end = await reach(options.to, mover, options, all);
  const rows = end.rows - begin.rows;
  const perHundredThousand = (name: string) => (((end.cpu[name] ?? 0) - (begin.cpu[name] ?? 0)) * 100) / rows;
  const costs = (groups: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.keys(groups).map((name) => [name, perHundredThousand(name)]));
  const peaks = Object.entries(mover.groups).map(async ([name, pid]) => [name, await peakResidentBytes(pid)] as const);
  return {
    rows,
    seconds: (end.atMs - begin.atMs) / 1_000,
    cpuSeconds: costs(mover.groups),
    cpuSecondsBeside: costs(options.beside),
    peakBytes: Object.fromEntries(await Promise.all(peaks)),
  };
}

interface Moment {
  readonly rows: number;
  readonly atMs: number;
  readonly cpu: Readonly<Record<string, number>>;
}

async function reach(
  wanted: number,
  mover: Mover,
  { rows, timeoutMs }: FlowOptions,
  groups: Readonly<Record<string, number>>,
): Promise<Moment> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const arrived = await rows();
    if (arrived >= wanted) {
      const cpu = Object.entries(groups).map(async ([name, group]) => [name, await groupCpuMs(group)] as const);
      return { rows: arrived, atMs: performance.now(), cpu: Object.fromEntries(await Promise.all(cpu)) };
    }
    if (performance.now() > deadline) {
      throw new Error(`${arrived} of ${wanted} rows after ${timeoutMs} ms\n${mover.logEnds()}`);
    }
    await delay(pollMs);
  }
}
