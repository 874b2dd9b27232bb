import { failedForGood, notUp } from './containers.ts';
import { parseLoadEnd, parseVerify } from './load-end.ts';
import type { Options } from './options.ts';
import { moving, parseNumber } from './prometheus.ts';
import type { Stack } from './stack.ts';
import { batchHops, findChain, type Hop, parseTraces, shownChain } from './traces.ts';

export interface Step {
  readonly name: string;
  /** Whether it is left out, as the user asked. */
  isLeftOut?(options: Options): boolean;
  /** @returns what was seen @throws what went wrong; the steps after it are not done */
  run(stack: Stack, options: Options): Promise<string>;
}

const jaeger = 'http://127.0.0.1:16686/api/traces';
const prometheus = 'http://127.0.0.1:9090/api/v1/query';
const observers = ['jaeger', 'prometheus'];
const connector = 'zilliz-kafka-connect-milvus';
const minutes = (count: number) => count * 60_000;

export const steps: readonly Step[] = [
  { name: 'up, all healthy', run: startAll },
  { name: "the tutorial's record", run: findRecord },
  { name: 'its trace', run: findTutorialTrace },
  { name: 'load', run: startLoad },
  { name: "a producer's trace", run: findProducerTrace },
  { name: 'scale inserter 1 to 4', run: scaleUp },
  { name: 'kill one inserter', run: killInserter },
  { name: 'Prometheus', run: readMetrics },
  { name: 'Grafana', run: readDashboards, isLeftOut: ({ without }) => without.includes('grafana') },
  { name: 'scale inserter 4 to 1', run: scaleDown },
  { name: 'without Jaeger and Prometheus', run: stopObservers },
  { name: 'load ends, lag 0', run: endLoad },
  { name: 'everything arrived', run: verifyAll },
  { name: 'orderly stop', run: stopAll },
];

async function startAll(stack: Stack, { without }: Options): Promise<string> {
  const listed = await stack.compose.run(['config', '--services'], { timeoutMs: minutes(1) });
  const leftOut = ['load', 'cli', ...without];
  const services = listed.out.split('\n').filter((name) => name !== '' && !leftOut.includes(name));
  await stack.compose.run(['up', '-d', '--build', ...services], { timeoutMs: minutes(30) });
  await stack.until('up', minutes(5), async () => {
    const containers = await stack.containers();
    const failed = failedForGood(containers);
    if (failed.length > 0) throw new Error(failed.join(', '));
    const waiting = notUp(containers, services);
    if (waiting.length > 0) throw new Error(waiting.join(', '));
    return true;
  });
  return services.toSorted().join(', ');
}

async function findRecord(stack: Stack): Promise<string> {
  const log = await stack.log('tutorial');
  if (!log.includes('read back from Milvus, equal to what was sent')) throw new Error(log);
  return 'read back from Milvus, equal to what was sent';
}

async function findTutorialTrace(stack: Stack): Promise<string> {
  const [, traceId] = /its trace: \S+\/trace\/([0-9a-f]{32})/.exec(await stack.log('tutorial')) ?? [];
  if (traceId === undefined) throw new Error('the tutorial names no trace');
  return chainOf(stack, `${jaeger}/${traceId}`, batchHops);
}

async function startLoad(stack: Stack, { rate }: Options): Promise<string> {
  await stack.compose.run(['up', '-d', '--no-deps', 'load'], { timeoutMs: minutes(2) });
  return `${rate} rec/s; ${await stack.moreSettled(5 * rate)}`;
}

async function findProducerTrace(stack: Stack): Promise<string> {
  return chainOf(stack, `${jaeger}?service=load&limit=100&lookback=1h`, [['load', 'send'], ...batchHops]);
}

async function scaleUp(stack: Stack, { rate }: Options): Promise<string> {
  // From before the first of them runs, so that it sees each come.
  const { streams, afterMs } = await stack.spreadOver(4, () => stack.scaleInserter(4));
  if (afterMs.length !== 3) throw new Error(`${afterMs.length} new inserters were seen, not 3`);
  const slowest = Math.max(...afterMs);
  if (slowest > 5_000) throw new Error(`an inserter got its first stream ${slowest} ms after it could be reached`);
  const told = `streams ${streams.join(', ')}, the first of each ${afterMs.join(', ')} ms after it could be reached`;
  return `${told}\n${await stack.moreSettled(5 * rate)}`;
}

async function killInserter(stack: Stack, { rate }: Options): Promise<string> {
  const before = await instanceOf(stack);
  // Its own end may be seen before the answer.
  await stack.inContainer('inserter', 2, 'kill-service.mjs').catch(onlyKilled);
  const moved = await stack.moreSettled(5 * rate);
  await stack.until('a new process', minutes(2), async () => (await instanceOf(stack)) !== before || undefined);
  await stack.until('all four healthy', minutes(2), async () => {
    const waiting = notUp(await stack.containers(), ['inserter']);
    if (waiting.length > 0) throw new Error(waiting.join(', '));
    return true;
  });
  const { streams } = await stack.spreadOver(4);
  return `meanwhile ${moved}\nrestarted by itself, streams ${streams.join(', ')}`;
}

async function instanceOf(stack: Stack): Promise<string> {
  return JSON.parse(await stack.inContainer('inserter', 2, 'read-status.mjs', '8085')).instanceId;
}

/** A shell's code for a process that was killed: the one that killed the container's service goes with it. */
function onlyKilled(error: unknown): string {
  if (error instanceof Error && /ended with 137\b/.test(error.message)) return '';
  throw error;
}

async function readMetrics(stack: Stack): Promise<string> {
  const instances: Readonly<Record<string, number>> = { consumer: 1, 'schema-validator': 1, inserter: 4 };
  const told: string[] = [];
  for (const [job, metric] of Object.entries(moving)) {
    const value = await stack.until(`a value of ${metric} of ${job}`, minutes(2), async () => {
      const up = parseNumber(await stack.get(`${prometheus}?query=${encodeURIComponent(`sum(up{job="${job}"})`)}`));
      if (up !== instances[job]) throw new Error(`${up ?? 0} of ${instances[job]} instances are scraped`);
      const query = encodeURIComponent(`sum(${metric}{job="${job}"})`);
      return parseNumber(await stack.get(`${prometheus}?query=${query}`)) || undefined;
    });
    told.push(`${metric}{job="${job}"} ${value}`);
  }
  return told.join(', ');
}

async function readDashboards(stack: Stack): Promise<string> {
  const found = await stack.until('dashboards', minutes(2), () =>
    stack.get('http://127.0.0.1:3000/api/search?type=dash-db'),
  );
  const titles = Array.isArray(found) ? found.map(({ title }) => String(title)) : [];
  if (titles.length === 0) throw new Error('Grafana has no dashboards');
  return titles.join(', ');
}

async function scaleDown(stack: Stack, { rate }: Options): Promise<string> {
  await stack.scaleInserter(1);
  const { streams } = await stack.spreadOver(1);
  return `streams ${streams.join(', ')}; ${await stack.moreSettled(5 * rate)}`;
}

async function stopObservers(stack: Stack, { rate }: Options): Promise<string> {
  await stack.compose.run(['stop', ...observers], { timeoutMs: minutes(2) });
  const running = (await stack.containers()).filter(
    ({ service, state }) => observers.includes(service) && state === 'running',
  );
  if (running.length > 0) throw new Error(`${running.map(({ name }) => name).join(', ')} did not stop`);
  const moved = await stack.moreSettled(20 * rate);
  await stack.compose.run(['start', ...observers], { timeoutMs: minutes(2) });
  return moved;
}

async function endLoad(stack: Stack): Promise<string> {
  await stack.compose.run(['stop', 'load'], { timeoutMs: minutes(2) });
  const { sent, bad } = parseLoadEnd(await stack.log('load'));
  const { state, deadLettered } = await stack.until('lag 0', minutes(3), async () => {
    const now = await stack.progress();
    return now.lag === 0 && now.settled >= now.read ? now : undefined;
  });
  if (state !== 'RUNNING') throw new Error(`the connector is ${state}`);
  if (deadLettered !== bad) throw new Error(`${bad} bad records were sent, and ${deadLettered} dead letters written`);
  return `${sent} records sent, ${bad} of them bad, ${deadLettered} dead letters`;
}

async function verifyAll(stack: Stack): Promise<string> {
  const args = ['run', '--rm', '-T', '--no-deps', 'cli', 'verify', connector];
  const { out } = await stack.compose.run(args, { timeoutMs: minutes(5) });
  const counts = parseVerify(out);
  const { sent, bad } = parseLoadEnd(await stack.log('load'));
  if (counts.records !== sent + 1) throw new Error(`${sent} records and the tutorial's were sent\n${out}`);
  if (counts['dead-lettered'] !== bad) throw new Error(`${bad} bad records were sent\n${out}`);
  return Object.entries(counts)
    .map(([state, count]) => `${state} ${count}`)
    .join(', ');
}

async function stopAll(stack: Stack): Promise<string> {
  await stack.compose.run(['stop'], { timeoutMs: minutes(3) });
  const ours = ['consumer', 'schema-validator', 'inserter', 'load'];
  const ended = (await stack.containers()).filter(({ service }) => ours.includes(service));
  const ill = ended.filter(({ exitCode }) => exitCode !== 0);
  if (ill.length > 0) throw new Error(ill.map(({ name, exitCode }) => `${name} ended with ${exitCode}`).join(', '));
  return `${ended.length} of ours ended with 0`;
}

async function chainOf(stack: Stack, url: string, hops: readonly Hop[]): Promise<string> {
  const chain = await stack.until(
    `a trace of ${hops.map(([service]) => service).join(' → ')}`,
    minutes(2),
    async () => {
      const traces = parseTraces(await stack.get(url));
      return traces.map((spans) => findChain(spans, hops)).find((found) => found !== undefined);
    },
  );
  return shownChain(chain);
}
