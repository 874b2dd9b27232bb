import type { Cost } from './sections/costs.ts';

/** Costs as a table in Markdown: a row for each workload, the services beside the script where that has run. */
export function costTable(costs: readonly Cost[]): string {
  const header = [
    'dim',
    'partitions',
    'vectors',
    'CPU-s per 100,000 records',
    'consumer + validator + inserter',
    'script',
    'ratio',
    'records/s',
    'script',
    'peak MB',
    'Kafka, Milvus beside',
  ];
  const rows = costs.filter(({ who }) => who === 'services').map((cost) => cells(cost, scriptOf(costs, cost)));
  return markdownTable([header, ...rows]);
}

function scriptOf(costs: readonly Cost[], { dim, partitions, form }: Cost): Cost | undefined {
  return costs.find(
    (cost) => cost.who === 'script' && cost.dim === dim && cost.partitions === partitions && cost.form === form,
  );
}

function cells(cost: Cost, script: Cost | undefined): string[] {
  const { cpuSeconds, cpuSecondsByProcess, cpuSecondsBeside, recordsPerSecond, peakBytes } = cost;
  return [
    String(cost.dim),
    String(cost.partitions),
    cost.form,
    `${cpuSeconds.median.toFixed(2)} ${percent(cpuSeconds.range)}`,
    Object.values(cpuSecondsByProcess)
      .map((each) => each.toFixed(2))
      .join(' + '),
    script ? `${script.cpuSeconds.median.toFixed(2)} ${percent(script.cpuSeconds.range)}` : '',
    script ? (cpuSeconds.median / script.cpuSeconds.median).toFixed(2) : '',
    String(Math.round(recordsPerSecond.median)),
    script ? String(Math.round(script.recordsPerSecond.median)) : '',
    Object.values(peakBytes)
      .map((bytes) => Math.round(bytes / 1e6))
      .join(', '),
    Object.values(cpuSecondsBeside)
      .map((each) => each.toFixed(2))
      .join(', '),
  ];
}

const percent = (range: number): string => (range === 0 ? '' : `(±${Math.round(range * 50)} %)`);

/** Rows of cells, the first one the header, in columns as wide as they have to be. */
export function markdownTable([header = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
