import type { Metric, MetricTable } from './definition.ts';
import { metricTables, scrapedName } from './metric-tables.ts';
import { prometheusLabel } from './prometheus-name.ts';

const introduction = `# Metrics

Every service answers \`GET /metrics\` on its HTTP_PORT in Prometheus's text format, beside \`/status\`. Where
OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is set, the same metrics are pushed by OTLP as well, every
OTEL_METRIC_EXPORT_INTERVAL (60 s). OTEL_METRICS_EXPORTER chooses as OpenTelemetry says: \`otlp\`, \`console\`, \`prometheus\`, or
\`none\`, which switches \`/metrics\` off too. A collector that is away is told of once in the log; nothing waits for it, and
nothing is kept for it, since the next export says all of it.

Names are those of OpenTelemetry's semantic conventions where they have one (messaging, database, Node, process), and of
Kafka Connect where its dashboards expect them. The name that is scraped follows OpenTelemetry's rules for Prometheus: the
unit is its suffix, counters end in \`_total\`, a histogram has \`_bucket\`, \`_sum\` and \`_count\`.

No label has more values than there are connectors, topics, partitions, collections, codes of [errors](errors/README.md) or
servers: never an offset, a key or a message. At most 10,000 sets of labels of one metric are kept. A gauge tells of what is
here now: a partition that has gone to another consumer is not told of any more.

[deploy/prometheus](../deploy/prometheus) has the rules that alert, each with [a page](runbooks), and
[deploy/grafana](../deploy/grafana) the dashboards; a test checks that they name nothing that is not below.

This page is written from [libs/metrics](../libs/metrics/src) by \`npm run docs\`.
`;

/** docs/metrics.md. */
export function metricsPage(): string {
  return [introduction, ...[...metricTables].map(([of, table]) => section(of, table))].join('\n');
}

function section(of: string, table: MetricTable): string {
  const rows = Object.values(table).map(row);
  return [
    `## ${of[0]?.toUpperCase()}${of.slice(1)}`,
    '',
    '| scraped as | OpenTelemetry | labels | what |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function row(metric: Metric): string {
  const { kind, name, unit, labels, doc } = metric;
  const kindName = kind.replace('observed ', '');
  const shownLabels = labels.map((label) => `\`${prometheusLabel(label)}\``).join(', ');
  return `| \`${scrapedName(metric)}\` | \`${name}\`, ${kindName}, ${unit} | ${shownLabels} | ${doc} |`;
}
