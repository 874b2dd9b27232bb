import { MilvusReader } from '@millrace/e2e/harness';
import type { MilvusServer } from '@millrace/testing';
import { measureFlow } from '../measure-flow.ts';
import type { Scene } from '../scene.ts';
import { collectionFields, type Workload } from '../workload.ts';

/** How fast the services fill milvus-lite, whose own pace it is. */
export interface LiteRate {
  readonly dim: number;
  readonly perSecond: number;
}

/** Its upserts take the longer the more rows there are, so it gets a part of the records only. */
const share = 0.1;

export async function measureLiteRate(scene: Scene, lite: MilvusServer, workload: Workload): Promise<LiteRate> {
  const collection = scene.newRun();
  const reader = new MilvusReader(lite.address);
  await reader.createCollection(collection, collectionFields(workload.dim));
  await reader.close();
  const topic = await scene.topic(workload);
  const mover = await scene.services({ topic, collection, milvus: lite.address });
  try {
    const part = { ...workload, count: workload.count * share };
    const what = `services into milvus-lite, dim ${workload.dim}`;
    const flow = await measureFlow(
      mover,
      scene.flowOptions(part, what, () => mover.settled()),
    );
    return { dim: workload.dim, perSecond: flow.rows / flow.seconds };
  } finally {
    await mover.stop();
  }
}
