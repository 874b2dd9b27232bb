import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallFrame, isOfStart, type Stage, stageOf } from './stages.ts';

/** As much of V8's CPU profile (the `.cpuprofile` files of `node --cpu-prof`) as is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Time that a process was busy, by stage, as shares of 1. */
export function sharesOf(profile: CpuProfile): ReadonlyMap<Stage, number> {
  const stageById = stagesById(profile);
  const timeByStage = new Map<Stage, number>();
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const stage = stageById.get(id);
    if (stage === undefined) continue;
    const time = profile.timeDeltas[index] ?? 0;
    busy += time;
    timeByStage.set(stage, (timeByStage.get(stage) ?? 0) + time);
  }
  return new Map([...timeByStage].map(([stage, time]) => [stage, time / busy]));
}

/** The stage of each node, its callers' where it has none of its own; idle time and the start are left out. */
function stagesById({ nodes }: CpuProfile): ReadonlyMap<number, Stage> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<number, Stage>();
  const waiting = nodes.slice(0, 1).map(({ id }) => ({ id, inherited: 'runtime' as Stage }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const node = byId.get(next.id);
    if (!node || node.callFrame.functionName === '(idle)' || isOfStart(node.callFrame)) continue;
    const stage = stageOf(node.callFrame) ?? next.inherited;
    found.set(next.id, stage);
    for (const id of node.children ?? []) waiting.push({ id, inherited: stage });
  }
  return found;
}

/** The profiles of a folder with the service that each is of, which its own code shows. */
export async function readProfiles(folder: string): Promise<readonly { service: string; profile: CpuProfile }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  return Promise.all(
    files.map(async (file) => {
      const profile: CpuProfile = JSON.parse(await readFile(join(folder, file), 'utf8'));
      const main = profile.nodes.map(({ callFrame }) => /\/apps\/([a-z-]+)\/src\//.exec(callFrame.url)?.[1]);
      return { service: main.find((name) => name !== undefined) ?? file, profile };
    }),
  );
}
