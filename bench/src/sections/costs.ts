import type { Flow } from '../measure-flow.ts';
import { type Spread, spreadOf } from '../median.ts';
import type { Scene } from '../scene.ts';
import { topicOf, type Workload } from '../workload.ts';

/** What a workload costs, and who it costs: the medians of some runs. */
export interface Cost {
  readonly dim: number;
  readonly partitions: number;
  readonly form: Workload['form'];
  readonly who: 'services' | 'script';
  /** CPU-seconds of all processes for each 100,000 records. */
  readonly cpuSeconds: Spread;
  readonly cpuSecondsByProcess: Readonly<Record<string, number>>;
  readonly cpuSecondsBeside: Readonly<Record<string, number>>;
  readonly recordsPerSecond: Spread;
  /** Most of any run, bytes. */
  readonly peakBytes: Readonly<Record<string, number>>;
}

/** Runs services and script in turn, `repeats` times each, on every workload; into a Milvus that does nothing. */
export async function measureCosts(
  scene: Scene,
  workloads: readonly Workload[],
  who: readonly Cost['who'][],
  repeats: number,
): Promise<readonly Cost[]> {
  const costs: Cost[] = [];
  for (const workload of workloads) {
    const flows = who.map((): Flow[] => []);
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const [index, each] of who.entries()) flows[index]?.push(await scene.flowIntoNothing(each, workload));
    }
    const added = who.map((each, index) => costOf(workload, each, flows[index] ?? []));
    for (const cost of added) scene.options.progress.note(`  ${topicOf(workload)}, ${cost.who}: ${shown(cost)}`);
    costs.push(...added);
  }
  return costs;
}

export function costOf({ dim, partitions, form }: Workload, who: Cost['who'], flows: readonly Flow[]): Cost {
  return {
    dim,
    partitions,
    form,
    who,
    cpuSeconds: spreadOf(flows.map(({ cpuSeconds }) => sum(cpuSeconds))),
    cpuSecondsByProcess: medians(flows.map(({ cpuSeconds }) => cpuSeconds)),
    cpuSecondsBeside: medians(flows.map(({ cpuSecondsBeside }) => cpuSecondsBeside)),
    recordsPerSecond: spreadOf(flows.map(({ rows, seconds }) => rows / seconds)),
    peakBytes: combined(
      flows.map(({ peakBytes }) => peakBytes),
      (values) => Math.max(...values),
    ),
  };
}

function sum(costs: Readonly<Record<string, number>>): number {
  return Object.values(costs).reduce((total, each) => total + each, 0);
}

const medians = (runs: readonly Readonly<Record<string, number>>[]) =>
  combined(runs, (values) => spreadOf(values).median);

function combined(
  runs: readonly Readonly<Record<string, number>>[],
  combine: (values: readonly number[]) => number,
): Readonly<Record<string, number>> {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, combine(runs.map((run) => run[name] ?? 0))]));
}

function shown({ cpuSeconds, recordsPerSecond }: Cost): string {
  return `${cpuSeconds.median.toFixed(2)} CPU-s per 100,000 records, ${Math.round(recordsPerSecond.median)} records/s`;
}
