import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../cost-table.ts';
import { readProfiles, sharesOf } from '../cpu-profile.ts';
import type { Scene } from '../scene.ts';
import { type Stage, stages } from '../stages.ts';
import type { Workload } from '../workload.ts';

/** Where a service's CPU time goes: CPU-seconds for each 100,000 records, by stage. */
export interface Split {
  readonly dim: number;
  readonly service: string;
  readonly cpuSeconds: Readonly<Partial<Record<Stage, number>>>;
}

/**
 * Runs the services once more with V8's profiler on, and spreads what each has cost over its stages. The shares are those of
 * the main thread from its start to its end; work of other threads, such as collecting garbage, is spread with it.
 */
export async function measureSplit(scene: Scene, workload: Workload): Promise<readonly Split[]> {
  const folder = join(scene.folder, `profiles-${scene.newRun()}`);
  await mkdir(folder);
  const flow = await scene.flowIntoNothing('services', workload, {
    NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-interval=500`,
  });
  const profiles = await readProfiles(folder);
  return Object.entries(flow.cpuSeconds).map(([service, cpuSeconds]) => {
    const profile = profiles.find((each) => each.service === service)?.profile;
    if (!profile) throw new Error(`${service} left no profile`);
    const shares = [...sharesOf(profile)].map(([stage, share]) => [stage, share * cpuSeconds] as const);
    return { dim: workload.dim, service, cpuSeconds: Object.fromEntries(shares) };
  });
}

/** One column for each service of each dimension. */
export function splitTable(splits: readonly Split[]): string {
  const header = ['CPU-s per 100,000 records', ...splits.map(({ dim, service }) => `${service} ${dim}`)];
  const rows = stages.map((stage) => [stage, ...splits.map(({ cpuSeconds }) => shown(cpuSeconds[stage] ?? 0))]);
  return markdownTable([header, ...rows]);
}

const shown = (seconds: number): string => (seconds < 0.005 ? '' : seconds.toFixed(2));
