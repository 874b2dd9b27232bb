import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricTables, scrapedNames } from './metric-tables.ts';
import { metricsPage } from './metrics-page.ts';
import { prometheusLabel, prometheusName } from './prometheus-name.ts';

test('docs/metrics.md is what the tables say; `npm run docs` writes it', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8')).toBe(metricsPage());
});

test('no two metrics have one name, and each name is one of Prometheus', () => {
  const names = [...metricTables.values()].flatMap((table) => Object.values(table).flatMap(scrapedNames));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
});

test.each([
  ['millrace.records.read', '{record}', true, 'millrace_records_read_total'],
  ['millrace.lag.time', 's', false, 'millrace_lag_time_seconds'],
  ['messaging.process.duration', 's', false, 'messaging_process_duration_seconds'],
  ['process.cpu.time', 's', true, 'process_cpu_time_seconds_total'],
  ['nodejs.eventloop.utilization', '1', false, 'nodejs_eventloop_utilization_ratio'],
  ['window.bytes', 'By', false, 'window_bytes'],
  ['read_total', '{record}', true, 'read_total'],
])('%s in %s is scraped as %s', (name, unit, isCounter, scraped) => {
  expect(prometheusName({ name, unit, isCounter })).toBe(scraped);
});

test('a label is an attribute with underscores', () => {
  expect(prometheusLabel('db.collection.name')).toBe('db_collection_name');
});
