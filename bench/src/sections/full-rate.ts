import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MilvusReader } from '@millrace/e2e/harness';
import type { MilvusServer } from '@millrace/testing';
import { measureFlow } from '../measure-flow.ts';
import { type Spread, spreadOf } from '../median.ts';
import type { Scene } from '../scene.ts';
import { collectionFields, type Workload } from '../workload.ts';

/** How fast a real Milvus on the same cores is filled, by the services and by a loop that only sends. */
export interface FullRate {
  readonly dim: number;
  readonly rowsPerRequest: number;
  readonly servicesPerSecond: Spread;
  readonly loopPerSecond: Spread;
  /** Of the medians. */
  readonly ratio: number;
}

/** As many as the topic has partitions, each of which has one write under way. */
const writers = 4;

/**
 * In turn, `repeats` times each, into a new collection each time: the same rows, by the same call, in requests of as many
 * rows as the services' own have had on average.
 */
export async function measureFullRate(
  scene: Scene,
  milvus: MilvusServer,
  workload: Workload,
  repeats: number,
): Promise<FullRate> {
  const reader = new MilvusReader(milvus.address);
  const newCollection = async () => {
    const name = `${scene.newRun()}_${workload.dim}`;
    await reader.createCollection(name, collectionFields(workload.dim));
    return name;
  };
  const [services, loop, sizes]: [number[], number[], number[]] = [[], [], []];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const flow = await servicesRate(scene, milvus, workload, await newCollection());
    services.push(flow.perSecond);
    sizes.push(flow.rowsPerRequest);
    scene.options.progress.tell(`a loop into the full Milvus, dim ${workload.dim}`, 0.5);
    const rowsEach = Math.max(1, Math.round(flow.rowsPerRequest));
    loop.push(await loopRate(milvus, workload, await newCollection(), rowsEach));
  }
  await reader.close();
  const [servicesPerSecond, loopPerSecond] = [spreadOf(services), spreadOf(loop)];
  const ratio = servicesPerSecond.median / loopPerSecond.median;
  return { dim: workload.dim, rowsPerRequest: spreadOf(sizes).median, servicesPerSecond, loopPerSecond, ratio };
}

async function servicesRate(scene: Scene, milvus: MilvusServer, workload: Workload, collection: string) {
  const topic = await scene.topic(workload);
  const mover = await scene.services({ topic, collection, milvus: milvus.address });
  try {
    const what = `services into the full Milvus, dim ${workload.dim}`;
    const flow = await measureFlow(
      mover,
      scene.flowOptions(workload, what, () => mover.settled()),
    );
    return { perSecond: flow.rows / flow.seconds, rowsPerRequest: await mover.rowsPerWrite() };
  } finally {
    await mover.stop();
  }
}

async function loopRate(milvus: MilvusServer, workload: Workload, collection: string, rowsEach: number) {
  const main = fileURLToPath(new URL('../bare-loop/main.ts', import.meta.url));
  const args = [main, milvus.address, collection, JSON.stringify(workload), String(rowsEach), String(writers)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { rows, ms } = JSON.parse(stdout);
  return (rows * 1_000) / ms;
}
