import { setTimeout as delay } from 'node:timers/promises';
import { ConsistencyLevelEnum, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { RecordMaker, type Workload } from '../workload.ts';

const pollMs = 4;
const visibleWithinMs = 10_000;

/** Asks a collection for rows until they show. */
export class VisibilityProbe {
  readonly #client: MilvusClient;
  readonly #collection: string;

  constructor(milvus: string, collection: string) {
    this.#client = new MilvusClient({ address: milvus, timeout: 10_000 });
    this.#collection = collection;
  }

  /** Milliseconds from `sinceMs` until a query finds the row. @throws Error when none does for long */
  async visibleAfterMs(id: number, sinceMs: number): Promise<number> {
    while (Date.now() - sinceMs < visibleWithinMs) {
      const { data } = await this.#client.query({
        collection_name: this.#collection,
        filter: `id in [${id}]`,
        output_fields: ['id'],
        consistency_level: ConsistencyLevelEnum.Eventually,
      });
      if (data.length > 0) return Date.now() - sinceMs;
      await delay(pollMs);
    }
    throw new Error(`row ${id} of ${this.#collection} was not to be seen within ${visibleWithinMs} ms`);
  }

  /** The same for rows that are upserted here and now, by the SDK, without anything between. */
  async directlyVisibleAfterMs(workload: Workload, firstId: number, rows: number): Promise<number> {
    const maker = new RecordMaker(workload);
    const data = Array.from({ length: rows }, (_, index) => JSON.parse(maker.value(firstId + index)));
    const sinceMs = Date.now();
    const { status } = await this.#client.upsert({ collection_name: this.#collection, data });
    if (status.error_code !== 'Success') throw new Error(status.reason);
    return this.visibleAfterMs(firstId, sinceMs);
  }

  close(): Promise<unknown> {
    return this.#client.closeConnection();
  }
}
