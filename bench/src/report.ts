import { costTable, markdownTable } from './cost-table.ts';
import type { Cost } from './sections/costs.ts';
import type { FullRate } from './sections/full-rate.ts';
import type { Latency } from './sections/latency.ts';
import type { LiteRate } from './sections/lite-rate.ts';
import { type Split, splitTable } from './sections/split.ts';

/** All figures of a run, and what they were measured with. */
export interface Report {
  readonly command: string;
  readonly node: string;
  readonly kafka: string;
  readonly cores: number;
  readonly processor: string;
  readonly seed: number;
  readonly repeats: number;
  readonly costs: Cost[];
  /** Of the services, by partitions. */
  readonly partitions: Cost[];
  readonly splits: Split[];
  readonly liteRates: LiteRate[];
  readonly fullRates: FullRate[];
  readonly latencies: Latency[];
}

/** The figures as tables in Markdown, as docs/performance.md shows them. */
export function tablesOf(report: Report): string {
  const { command, node, kafka, cores, processor, costs, partitions, splits, liteRates, fullRates, latencies } = report;
  const tables = [
    ['Cost', costs, () => costTable(costs)],
    ['Cost by partitions', partitions, () => costTable(partitions)],
    ['Where the CPU time goes', splits, () => splitTable(splits)],
    ['Into milvus-lite', liteRates, () => liteTable(liteRates)],
    ['Into the full Milvus', fullRates, () => rateTable(fullRates)],
    ['Latency', latencies, () => latencyTable(latencies)],
  ] as const;
  const shown = tables.flatMap(([title, figures, draw]) => (figures.length > 0 ? [`### ${title}\n\n${draw()}`] : []));
  const setting = `\`${command}\`: ${cores} cores (${processor}), Node ${node}, Kafka ${kafka}`;
  return [setting, ...shown].join('\n\n');
}

function liteTable(rates: readonly LiteRate[]): string {
  return markdownTable([['dim', 'records/s'], ...rates.map(({ dim, perSecond }) => [String(dim), whole(perSecond)])]);
}

function rateTable(rates: readonly FullRate[]): string {
  const header = ['dim', 'rows a request', 'services, records/s', 'bare loop, rows/s', 'ratio'];
  const rows = rates.map(({ dim, rowsPerRequest, servicesPerSecond, loopPerSecond, ratio }) => [
    String(dim),
    whole(rowsPerRequest),
    whole(servicesPerSecond.median),
    whole(loopPerSecond.median),
    ratio.toFixed(2),
  ]);
  return markdownTable([header, ...rows]);
}

function latencyTable(latencies: readonly Latency[]): string {
  const header = ['dim', 'records/s', 'acknowledged p50', 'p99', 'most', 'queryable p50', 'direct upsert p50'];
  const rows = latencies.map(({ dim, perSecond, acknowledged: { p50, p99, most }, queryable }) => [
    String(dim),
    String(perSecond),
    ...[p50, p99, most, queryable.services, queryable.direct].map((ms) => `${whole(ms)} ms`),
  ]);
  return markdownTable([header, ...rows]);
}

const whole = (number: number): string => Math.round(number).toLocaleString('en');
