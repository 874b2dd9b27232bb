import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { canRunMilvus, kafkaVersion, startMilvus, startMilvusLite } from '@millrace/testing';
import { isSection, readOptions, usage } from './options.ts';
import { plotsOf } from './plots.ts';
import { progressOn } from './progress.ts';
import { type Report, tablesOf } from './report.ts';
import { Scene } from './scene.ts';
import { measureCosts } from './sections/costs.ts';
import { measureFullRate } from './sections/full-rate.ts';
import { measureLatency } from './sections/latency.ts';
import { measureLiteRate } from './sections/lite-rate.ts';
import { measureSplit } from './sections/split.ts';

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  console.log(usage);
  process.exit(0);
}
const { dims, repeats, sections, seconds } = options;
const has = (section: string) => isSection(section) && sections.includes(section);
const progress = progressOn(process.stdout);
const scene = await Scene.start({ progress, seed: options.seed, scale: options.scale });
const json = (dim: number, partitions = 4) => scene.workload({ dim, partitions, form: 'json' });
const report: Report = {
  command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
  node: process.version,
  kafka: kafkaVersion,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? '',
  seed: options.seed,
  repeats,
  costs: [],
  partitions: [],
  splits: [],
  liteRates: [],
  fullRates: [],
  latencies: [],
};
try {
  if (has('cost')) {
    const base64 = dims.map((dim) => scene.workload({ dim, partitions: 4, form: 'base64' }));
    report.costs.push(
      ...(await measureCosts(
        scene,
        dims.map((dim) => json(dim)),
        ['services', 'script'],
        repeats,
      )),
    );
    report.costs.push(...(await measureCosts(scene, base64, ['services'], repeats)));
  }
  if (has('partitions')) {
    const workloads = options.partitions.map((partitions) => json(options.partitionsDim, partitions));
    report.partitions.push(...(await measureCosts(scene, workloads, ['services'], repeats)));
  }
  if (has('split')) for (const dim of dims) report.splits.push(...(await measureSplit(scene, json(dim))));
  if (has('lite')) {
    const lite = await startMilvusLite();
    try {
      for (const dim of dims) report.liteRates.push(await measureLiteRate(scene, lite, json(dim)));
    } finally {
      await lite.remove();
    }
  }
  if (canRunMilvus && (has('rate') || has('latency'))) {
    const milvus = await startMilvus();
    try {
      if (has('rate'))
        for (const dim of dims) report.fullRates.push(await measureFullRate(scene, milvus, json(dim), repeats));
      if (has('latency')) {
        for (const dim of dims) {
          for (let repeat = 0; repeat < repeats; repeat++) {
            const pace = { perSecond: dim > 500 ? 100 : 1_000, seconds };
            report.latencies.push(await measureLatency(scene, milvus, json(dim), pace));
          }
        }
      }
    } finally {
      await milvus.remove();
    }
  }
  progress.end();
  console.log(`\n${tablesOf(report)}`);
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.plots) {
    await mkdir(options.plots, { recursive: true });
    for (const { file, svg } of plotsOf(report)) await writeFile(join(options.plots, file), svg);
  }
} finally {
  progress.end();
  await scene.remove();
}
// Of its own accord Node 24 sometimes spins for ever here, while it takes down what the servers in this process have left.
process.exit();
