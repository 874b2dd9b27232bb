import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FieldType, Result } from '@millrace/contracts';
import {
  type FakeMilvus,
  freePort,
  peakResidentBytes,
  startChild,
  startFakeMilvus,
  temporaryFolder,
} from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { expect, onTestFinished, test } from 'vitest';
import { InsertClient } from './testing/insert-stream.ts';
import { openLane } from './testing/lane-session.ts';

/** On a machine that is busy with other tests. */
const patience = { timeout: 60_000 };
const mebibyte = 1024 * 1024;
const laneCount = 48;
const budgetBytes = 64 * mebibyte;
const writesMax = 8;
const writeBytesMax = 4 * mebibyte;
const heapMib = 96;
/**
 * The budget's batches, and what is being written of them once more as requests: without the budget the windows of all
 * lanes alone are 384 MiB, and without the limit of writes their requests as much again.
 */
const residentBytesMax = 380 * mebibyte;

const dim = 768;
const fields = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'vector', type: FieldType.FLOAT_VECTOR, dim },
];
const vector = new Array<number>(dim).fill(0.5);
/** Nearly a mebibyte of them. */
const rows = Array.from({ length: 330 }, (_, id) => ({ id: BigInt(id), vector }));

async function startInserter(fake: FakeMilvus) {
  const folder = await temporaryFolder();
  const [grpcPort, httpPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const child = await startChild({
    name: 'inserter',
    command: process.execPath,
    args: [`--max-old-space-size=${heapMib}`, fileURLToPath(new URL('./main.ts', import.meta.url))],
    env: {
      PATH: process.env.PATH,
      GRPC_PORT: String(grpcPort),
      HTTP_PORT: String(httpPort),
      MILVUS_ENDPOINT: `http://${fake.address}`,
      STREAM_BUDGET_BYTES: String(budgetBytes),
      BATCH_BYTES_MAX: String(mebibyte),
      WRITE_BYTES_MAX: String(writeBytesMax),
      WRITES_PER_COLLECTION_MAX: String(writesMax),
      LOG_LEVEL: 'warn',
    },
    logFile: join(folder.path, 'log'),
    ready: async () => (await fetch(`${url}/readyz`)).ok,
  });
  onTestFinished(async () => {
    await child.stop();
    await folder.remove();
  });
  return { child, grpcPort, status: async () => (await fetch(`${url}/status`)).json() as Promise<Status> };
}

interface Status {
  readonly streamsWaiting: number;
  readonly budget: { readonly grantedBytes: number };
}

test('many stripes with full windows share one budget, and the process keeps within its memory', {
  timeout: 240_000,
}, async () => {
  const held = Promise.withResolvers<void>();
  let [running, runningMax] = [0, 0];
  const fake = await startFakeMilvus({
    collections: [
      {
        name: 'vectors',
        fields: [
          { name: 'id', type: DataType.Int64, isPrimaryKey: true },
          { name: 'vector', type: DataType.FloatVector, params: { dim } },
        ],
      },
    ],
    keepsWrites: false,
    script: async () => {
      running += 1;
      runningMax = Math.max(runningMax, running);
      await held.promise;
      running -= 1;
      return { kind: 'apply' };
    },
  });
  const { child, grpcPort, status } = await startInserter(fake);
  const client = new InsertClient(grpcPort);
  onTestFinished(async () => {
    client.close();
    await fake.stop();
  });

  let sent = 0;
  const finished = Promise.all(
    Array.from({ length: laneCount }, async () => {
      const session = await openLane(client, { target: { collection: 'vectors' } }, fields);
      const { grantBatches, grantBytes } = session.opened;
      const batches = Math.min(grantBatches, Number(grantBytes) / mebibyte);
      for (let batch = 0; batch < batches; batch++) {
        session.send(rows, { notAfterMs: Date.now() + 250_000 });
        sent += 1;
        // The Milvus of the test is in the same process, and has to answer pings meanwhile.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      return session.finish();
    }),
  );
  await expect.poll(async () => (await status()).streamsWaiting, patience).toBeGreaterThan(laneCount / 2);
  await expect.poll(async () => (await status()).budget.grantedBytes, patience).toBe(budgetBytes);
  await expect.poll(() => running, patience).toBe(writesMax);
  held.resolve();

  const outcomes = (await finished).flat();
  expect(outcomes).toHaveLength(sent);
  expect(outcomes.filter(({ result }) => result !== Result.APPLIED)).toEqual([]);
  expect(runningMax).toBe(writesMax);
  const peak = await peakResidentBytes(child.pid);
  console.info(`${laneCount} stripes, ${sent} batches of 1 MiB: ${Math.round(peak / mebibyte)} MiB at most`);
  expect(peak).toBeLessThan(residentBytesMax);
});
