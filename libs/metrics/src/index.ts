export { connectMetrics } from './connect-metrics.ts';
export { consumerEventMetrics, consumerStateMetrics, recordMetrics } from './consumer-metrics.ts';
export type { Metric, MetricKind, MetricTable } from './definition.ts';
export { inserterEventMetrics, inserterStateMetrics } from './inserter-metrics.ts';
export { type InstrumentsOf, instrumentsOf } from './instruments.ts';
export { isOfTables, metricTables, scrapedNames } from './metric-tables.ts';
export { processMetrics } from './process-metrics.ts';
export { type Named, prometheusLabel, prometheusName } from './prometheus-name.ts';
export { validatorEventMetrics, validatorStateMetrics } from './validator-metrics.ts';
