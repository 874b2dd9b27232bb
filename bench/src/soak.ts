import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { groupCpuMs, residentBytes } from '@millrace/testing';
import { markdownTable } from './cost-table.ts';
import { spreadOf } from './median.ts';
import { progressOn } from './progress.ts';
import { Scene } from './scene.ts';
import { startSteadyProducer } from './steady-producer.ts';
import { topicOf } from './workload.ts';

/**
 * Whether the services stay as they are while they run: records at an even pace for half an hour, with rate, CPU time of a
 * record and memory for each minute.
 *
 *   npm run bench:soak -- [--minutes 30] [--dim 128] [--rate 4000] [--json FILE]
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    dim: { type: 'string', default: '128' },
    rate: { type: 'string', default: '4000' },
    json: { type: 'string' },
  },
});

interface Minute {
  readonly minute: number;
  readonly recordsPerSecond: number;
  /** CPU-seconds of the three services for each 100,000 records. */
  readonly cpuSeconds: number;
  /** Resident, of each service, megabytes. */
  readonly megabytes: Readonly<Record<string, number>>;
}

const minutes: Minute[] = [];
const progress = progressOn(process.stdout);
const scene = await Scene.start({ progress, seed: 1, scale: 1 });
try {
  const workload = scene.workload({ dim: Number(values.dim), partitions: 4, form: 'json' });
  const topic = topicOf(workload);
  // What was read is deleted soon, so that the disk does not fill.
  const keep = { 'retention.bytes': String(128 * 1024 * 1024), 'segment.bytes': String(32 * 1024 * 1024) };
  await scene.kafka.createTopic(topic, workload.partitions, keep);
  const { broker, milvus } = scene;
  const services = await scene.services({ topic });
  const producer = await startSteadyProducer(broker.bootstrap, topic, workload, Number(values.rate));
  try {
    const cpu = async () => {
      const used = await Promise.all(Object.values(services.groups).map(groupCpuMs));
      return used.reduce((sum, each) => sum + each, 0);
    };
    await delay(30_000);
    let before = { rows: (await milvus.taken()).rows, cpuMs: await cpu(), atMs: performance.now() };
    for (let minute = 1; minute <= Number(values.minutes); minute++) {
      await delay(60_000);
      producer.throwIfFailed();
      const now = { rows: (await milvus.taken()).rows, cpuMs: await cpu(), atMs: performance.now() };
      const resident = Object.entries(services.groups).map(
        async ([name, pid]) => [name, Math.round((await residentBytes(pid)) / 1e6)] as const,
      );
      const told: Minute = {
        minute,
        recordsPerSecond: ((now.rows - before.rows) * 1_000) / (now.atMs - before.atMs),
        cpuSeconds: ((now.cpuMs - before.cpuMs) * 100) / (now.rows - before.rows),
        megabytes: Object.fromEntries(await Promise.all(resident)),
      };
      minutes.push(told);
      before = now;
      const shown = [Math.round(told.recordsPerSecond), 'records/s,', told.cpuSeconds.toFixed(2), 'CPU-s per 100,000;'];
      progress.note(`minute ${minute}: ${shown.join(' ')} MB ${JSON.stringify(told.megabytes)}`);
    }
  } finally {
    await producer.stop();
    await services.stop();
  }
  console.log(`\n${thirdsTable(minutes)}`);
  if (values.json) await writeFile(values.json, `${JSON.stringify(minutes, null, 2)}\n`);
} finally {
  progress.end();
  await scene.remove();
}
// Of its own accord Node 24 sometimes spins for ever here, while it takes down what the servers in this process have left.
process.exit();

/** Medians of the first and the last third of the time. */
function thirdsTable(all: readonly Minute[]): string {
  const third = Math.max(1, Math.floor(all.length / 3));
  const rows = [['first third', all.slice(0, third)] as const, ['last third', all.slice(-third)] as const].map(
    ([name, part]) => [
      name,
      ...[
        part.map(({ recordsPerSecond }) => recordsPerSecond),
        part.map(({ cpuSeconds }) => cpuSeconds),
        ...['consumer', 'schema-validator', 'inserter'].map((service) =>
          part.map(({ megabytes }) => megabytes[service] ?? 0),
        ),
      ].map((numbers) => spreadOf(numbers).median.toFixed(1)),
    ],
  );
  const header = ['', 'records/s', 'CPU-s per 100,000', 'consumer MB', 'validator MB', 'inserter MB'];
  return markdownTable([header, ...rows]);
}
