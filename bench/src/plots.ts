import { logPlot, type Series } from './plot.ts';
import type { Report } from './report.ts';
import type { Cost } from './sections/costs.ts';

export interface PlotFile {
  readonly file: string;
  readonly svg: string;
}

/** The plots that a report has figures for: CPU per record by dimension, and rate by partitions. */
export function plotsOf({ costs, partitions }: Report): readonly PlotFile[] {
  const names = { services: 'three services', script: 'one-process script' } as const;
  const byDim = (who: Cost['who'], form: Cost['form'], name: string): Series => ({
    name,
    points: costs
      .filter((cost) => cost.who === who && cost.form === form)
      .map(({ dim, cpuSeconds }) => ({ x: dim, y: cpuSeconds.median })),
  });
  const files: PlotFile[] = [];
  if (costs.length > 0) {
    const series = [
      byDim('services', 'json', names.services),
      byDim('script', 'json', names.script),
      byDim('services', 'base64', 'services, base64 vectors'),
    ];
    const labels = {
      title: 'CPU time of a record',
      xLabel: 'dimensions of the vector',
      yLabel: 'CPU-seconds for 100,000 records',
    };
    files.push({ file: 'cpu-by-dimension.svg', svg: logPlot(withPoints(series), labels) });
  }
  if (partitions.length > 0) {
    const points = partitions.map((cost) => ({ x: cost.partitions, y: cost.recordsPerSecond.median }));
    const labels = {
      title: 'Rate by partitions, 128 dimensions, a Milvus that does nothing',
      xLabel: 'partitions',
      yLabel: 'records/s',
    };
    files.push({ file: 'rate-by-partitions.svg', svg: logPlot([{ name: names.services, points }], labels) });
  }
  return files;
}

const withPoints = (series: readonly Series[]): readonly Series[] => series.filter(({ points }) => points.length > 0);
