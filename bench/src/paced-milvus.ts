import { type FakeMilvus, type FakeMilvusOptions, startFakeMilvus } from '@millrace/testing';

/** How fast the server is: each connection takes so many rows in so many milliseconds, one write after the other. */
export interface Pace {
  readonly rows: number;
  readonly ms: number;
}

export interface PacedMilvus extends FakeMilvus {
  /** Rows that have taken effect so far. */
  readonly rows: number;
}

/** A Milvus whose time for a write is the limit, whatever the machine is busy with. */
export async function startPacedMilvus(pace: Pace, options: FakeMilvusOptions): Promise<PacedMilvus> {
  const freeAtMs = new Map<string, number>();
  let rows = 0;
  const milvus = await startFakeMilvus({
    ...options,
    script: async (write) => {
      const count = write.method === 'Delete' ? 0 : write.request.numRows;
      const now = performance.now();
      const doneAtMs = Math.max(now, freeAtMs.get(write.peer) ?? 0) + (count * pace.ms) / pace.rows;
      freeAtMs.set(write.peer, doneAtMs);
      await new Promise((resolve) => setTimeout(resolve, doneAtMs - now));
      rows += count;
      return { kind: 'apply' };
    },
  });
  return Object.defineProperty(milvus as PacedMilvus, 'rows', { get: () => rows });
}
