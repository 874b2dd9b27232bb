import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-folder.ts';

/** A query of a dashboard, as Grafana sends it once its variables have values. */
export interface DashboardQuery {
  /** Of the file, without its ending. */
  readonly dashboard: string;
  readonly panel: string;
  readonly expression: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

const folder = join(projectRoot, 'deploy/grafana/dashboards');

/** The dashboards of deploy/grafana, by file name without its ending. */
export function readDashboards(): ReadonlyMap<string, Dashboard> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(folder, file), 'utf8'))] as const),
  );
}

/** Every query of every dashboard. Variables of the dashboard take every value, and a rate is that of `rateInterval`. */
export function dashboardQueries(rateInterval: string): readonly DashboardQuery[] {
  return [...readDashboards()].flatMap(([dashboard, { panels, templating }]) =>
    panels.flatMap(({ title: panel, targets = [] }) =>
      targets.map(({ expr }) => {
        const inTime = expr.replaceAll('$__rate_interval', rateInterval);
        const expression = templating.list.reduce((text, { name }) => text.replaceAll(`$${name}`, '.*'), inTime);
        return { dashboard, panel, expression };
      }),
    ),
  );
}

/** Names that an expression of Prometheus reads, as far as they are ours: ours have an underscore, functions are called. */
export function seriesIn(expression: string): readonly string[] {
  const plain = expression.replace(/"[^"]*"/g, '""').replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const outside = plain.replace(/\{[^}]*\}/g, '');
  return [...new Set(outside.match(/\b[a-z][a-z0-9]*(_[a-z0-9]+)+\b(?!\s*\()/g) ?? [])];
}
