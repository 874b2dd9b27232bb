/** The rules that alert and the dashboards: that they name what there is, and that each alert fires when it should. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isOfTables } from '@millrace/metrics';
import { dashboardQueries, installPrometheus, readDashboards, seriesIn } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'deploy/prometheus');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

interface RuleTests {
  readonly tests: readonly {
    readonly name: string;
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[];
  }[];
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const { tests } = parse(read('deploy/prometheus/alerts.test.yml')) as RuleTests;
const metricsPage = read('docs/metrics.md');

/** `up` is Prometheus's own. A histogram's series stand in docs/metrics.md without their suffixes. */
const isDocumented = (series: string) =>
  isOfTables(series) && metricsPage.includes(`| \`${series.replace(/_(bucket|sum|count)$/, '')}`);

async function promtool(...args: string[]): Promise<string> {
  const bin = await installPrometheus();
  const { stdout } = await promisify(execFile)(join(bin, 'promtool'), args, { cwd: folder });
  return stdout;
}

describe('the rules that alert', () => {
  it('are what promtool takes, with the configuration that loads them', { timeout: 120_000 }, async () => {
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain(`${alerts.length} rules found`);
  });

  it('fire, each of them, and stay silent while all is well', { timeout: 120_000 }, async () => {
    expect(await promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
    const expected = tests.flatMap(({ name, alert_rule_test }) => alert_rule_test.map((each) => ({ name, ...each })));
    const firing = expected.filter(({ exp_alerts }) => exp_alerts !== undefined && exp_alerts.length > 0);
    const healthy = expected.filter(({ name, exp_alerts }) => name === 'all is well' && exp_alerts === undefined);
    const names = alerts.map(({ alert }) => alert).sort();
    expect([...new Set(firing.map(({ alertname }) => alertname))].sort()).toEqual(names);
    expect([...new Set(healthy.map(({ alertname }) => alertname))].sort()).toEqual(names);
  });

  it.each(alerts)('$alert has a page, a severity, and names metrics that there are', ({ alert, expr, ...rest }) => {
    expect(rest.annotations.runbook_url).toBe(`docs/runbooks/${alert}.md`);
    expect(read(rest.annotations.runbook_url)).toMatch(new RegExp(`^# ${alert}\n`));
    expect(['warning', 'critical']).toContain(rest.labels.severity);
    expect(seriesIn(expr).filter((series) => !isDocumented(series))).toEqual([]);
    expect(seriesIn(expr).length + Number(/\bup\b/.test(expr))).toBeGreaterThan(0);
  });

  it('have no page without a rule', () => {
    const pages = readdirSync(join(root, 'docs/runbooks')).filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(alerts.map(({ alert }) => `${alert}.md`).sort());
  });
});

describe('the dashboards', () => {
  it('name metrics that there are', () => {
    const queries = dashboardQueries('1m');
    expect(queries.length).toBeGreaterThan(40);
    const unknown = queries.flatMap(({ dashboard, panel, expression }) =>
      seriesIn(expression).flatMap((series) => (isDocumented(series) ? [] : [`${dashboard}, ${panel}: ${series}`])),
    );
    expect(unknown).toEqual([]);
    const names = queries.filter(({ expression }) => seriesIn(expression).length === 0);
    expect(names.map(({ expression }) => expression)).toEqual(['sum by (job) (up)']);
  });

  it('are three, with their own ids, and the data source that is provisioned', () => {
    const dashboards = [...readDashboards()];
    expect(dashboards.map(([name, { uid }]) => [name, uid])).toEqual([
      ['connector', 'millrace-connector'],
      ['overview', 'millrace-overview'],
      ['service', 'millrace-service'],
    ]);
    const source = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml'));
    for (const [name, { panels }] of dashboards) {
      expect(new Set(panels.map(({ id }) => id)).size, name).toBe(panels.length);
      const text = read(`deploy/grafana/dashboards/${name}.json`);
      const uids = [...text.matchAll(/"type": "prometheus", "uid": "([^"]*)"/g)].map(([, uid]) => uid);
      expect(new Set(uids), name).toEqual(new Set([source.datasources[0].uid]));
    }
    expect(existsSync(join(root, 'deploy/grafana/provisioning/dashboards/millrace.yml'))).toBe(true);
  });
});

it.each([
  ['sum by (connector) (rate(millrace_records_read_total{topic="a_b"}[1m])) > 0', ['millrace_records_read_total']],
  ['histogram_quantile(0.9, sum by (le, db_x) (rate(a_b_bucket[5m])))', ['a_b_bucket']],
  ['a_b{c_d=~".*"} / on (e_f) g_h or vector(0)', ['a_b', 'g_h']],
])('the series of %s are found', (expression, series) => {
  expect(seriesIn(expression)).toEqual(series);
});
