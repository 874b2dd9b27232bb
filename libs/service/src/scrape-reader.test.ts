import { instrumentsOf, isOfTables, processMetrics, recordMetrics } from '@millrace/metrics';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, expect, test } from 'vitest';
import { observeProcess } from './process-observer.ts';
import { ScrapeReader } from './scrape-reader.ts';

const reader = () => new ScrapeReader();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function meterWith(...readers: ScrapeReader[]) {
  const provider = new MeterProvider({ readers });
  ends.push(() => provider.shutdown());
  return provider.getMeter('test');
}

/** The lines of one metric, without comments. */
const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(name));

test('metrics are scraped under the names of the tables, with their units', async () => {
  const scraped = reader();
  const meter = meterWith(scraped);
  ends.push(observeProcess(meter));
  const text = await scraped.scrape();
  const series = text.split('\n').flatMap((line) => /^([a-z]\w*)[{ ]/.exec(line)?.[1] ?? []);
  expect(series.length).toBeGreaterThanOrEqual(Object.keys(processMetrics).length);
  expect(series.filter((name) => name !== 'target_info' && !isOfTables(name))).toEqual([]);
  expect(Number(linesOf(text, 'process_memory_usage_bytes')[0]?.split(' ')[1])).toBeGreaterThan(1e6);
  expect(linesOf(text, 'process_cpu_time_seconds_total{cpu_mode="user"}')).toHaveLength(1);
});

test('what is observed no longer is told no longer', async () => {
  const scraped = reader();
  const meter = meterWith(scraped);
  let partitions = ['0', '1'];
  meter.createObservableGauge('lag').addCallback((result) => {
    for (const partition of partitions) result.observe(1, { partition });
  });
  expect(linesOf(await scraped.scrape(), 'lag')).toHaveLength(2);
  partitions = ['1'];
  expect(linesOf(await scraped.scrape(), 'lag')).toEqual(['lag{partition="1"} 1']);
});

test('counters go on counting over scrapes, whoever else collects', async () => {
  const scraped = reader();
  const other = reader();
  const meter = meterWith(scraped, other);
  const { read } = instrumentsOf(meter, recordMetrics);
  let records = 0;
  read.addCallback((result) => {
    records += 5;
    result.observe(records, { connector: 'a' });
  });
  const plain = meter.createCounter('batches');
  plain.add(1);
  await scraped.scrape();
  await other.scrape();
  plain.add(2);
  const text = await scraped.scrape();
  expect(linesOf(text, 'millrace_records_read_total')).toEqual(['millrace_records_read_total{connector="a"} 15']);
  expect(linesOf(text, 'batches_total')).toEqual(['batches_total 3']);
});
