import { connectMetrics } from './connect-metrics.ts';
import { consumerEventMetrics, consumerStateMetrics, recordMetrics } from './consumer-metrics.ts';
import type { Metric, MetricTable } from './definition.ts';
import { inserterEventMetrics, inserterStateMetrics } from './inserter-metrics.ts';
import { processMetrics } from './process-metrics.ts';
import { prometheusName } from './prometheus-name.ts';
import { validatorEventMetrics, validatorStateMetrics } from './validator-metrics.ts';

/** Every metric there is, by the service that has it, as docs/metrics.md shows them. */
export const metricTables: ReadonlyMap<string, MetricTable> = new Map<string, MetricTable>([
  ['consumer', { ...recordMetrics, ...consumerEventMetrics, ...consumerStateMetrics }],
  ["consumer, under Kafka Connect's names", connectMetrics],
  ['schema-validator', { ...validatorEventMetrics, ...validatorStateMetrics }],
  ['inserter', { ...inserterEventMetrics, ...inserterStateMetrics }],
  ['every service', processMetrics],
]);

/** The name that is scraped; a histogram's series have suffixes of their own. */
export function scrapedName({ name, unit, kind }: Metric): string {
  return prometheusName({ name, unit, isCounter: kind.endsWith('counter') });
}

/** Every name of a series that one metric is scraped as. */
export function scrapedNames(metric: Metric): readonly string[] {
  const name = scrapedName(metric);
  return metric.kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

const allNames = new Set([...metricTables.values()].flatMap((table) => Object.values(table).flatMap(scrapedNames)));

/** Whether a series of this name is in one of the tables. */
export function isOfTables(series: string): boolean {
  return allNames.has(series);
}
