import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FieldType, Result } from '@millrace/contracts';
import { type Child, FakeInserter, freePort, peakResidentBytes, startChild, temporaryFolder } from '@millrace/testing';
import { expect, onTestFinished, test } from 'vitest';
import { collection, field } from './testing/collections.ts';
import { LaneClient } from './testing/lane-client.ts';

/** On a machine that is busy with other tests. */
const patience = { timeout: 60_000 };
const mebibyte = 1024 * 1024;
const laneCount = 64;
const batchBytes = mebibyte;
const budgetBytes = 64 * mebibyte;
/** What the process holds at most: 16 of it are the young generation's, the rest is bytes of batches and of columns. */
const heapMib = 96;
/**
 * Without a common budget the windows of all lanes alone are 512 MiB, and their columns as much again. With it the process itself
 * takes some 200 MiB, and the budget is held twice when all of it arrives at once, as it does since a window takes a whole batch
 * (receive-windows of libs/service): in pieces, and as the message that grpc-js puts together of them.
 */
const residentBytesMax = 200 * mebibyte + 2 * budgetBytes;

const dim = 768;
const vectors = collection([
  field('id', FieldType.INT64, { isPrimaryKey: true }),
  field('vector', FieldType.FLOAT_VECTOR, { dim }),
]);
const vector = Array.from({ length: dim }, (_, index) => (index / 7).toFixed(6)).join();
const value = Buffer.from(`{"id":1,"vector":[${vector}]}`);
/** A batch of all the records that fit. */
const full = new Array<Buffer>(Math.floor(batchBytes / (value.length + 64))).fill(value);

interface Status {
  readonly granted_bytes: number;
  readonly lanes: { readonly waiting: number };
}

async function startValidator(inserterAddress: string) {
  const folder = await temporaryFolder();
  const [grpcPort, httpPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const child: Child = await startChild({
    name: 'schema-validator',
    command: process.execPath,
    args: [`--max-old-space-size=${heapMib}`, fileURLToPath(new URL('./main.ts', import.meta.url))],
    env: {
      PATH: process.env.PATH,
      GRPC_PORT: String(grpcPort),
      HTTP_PORT: String(httpPort),
      INSERTER_ADDRESS: inserterAddress,
      STREAM_BUDGET_BYTES: String(budgetBytes),
      BATCH_BYTES_MAX: String(batchBytes),
      LOG_LEVEL: 'warn',
    },
    logFile: join(folder.path, 'log'),
    ready: async () => (await fetch(`${url}/readyz`)).ok,
  });
  onTestFinished(async () => {
    await child.stop();
    await folder.remove();
  });
  const status = async (): Promise<Status> => (await fetch(`${url}/status`)).json() as Promise<Status>;
  return { child, grpcPort, status };
}

/** A consumer's lane that sends all it may at once, and goes when it is asked to. */
async function useGrant(lane: LaneClient): Promise<number> {
  lane.open({ target: { collection: 'vectors' } });
  const first = await lane.first();
  if (first?.$case !== 'opened') throw new Error(`${first?.$case} instead of opened`);
  const batches = Math.min(first.value.grantBatches, Number(first.value.grantBytes) / batchBytes);
  for (let sent = 0; sent < batches; sent++) lane.send(full);
  void lane.until(() => lane.received.some(({ $case }) => $case === 'drain')).then(() => lane.halfClose());
  return batches;
}

test('many lanes with full windows share one budget, and the process keeps within its memory', {
  timeout: 240_000,
}, async () => {
  const inserter = new FakeInserter();
  inserter.collections.set('vectors', { ...vectors, name: 'vectors' });
  const held = Promise.withResolvers<void>();
  inserter.answer = async (batch) => {
    // What a test remembers must not be all that was ever sent.
    for (const stream of inserter.streams) stream.batches.length = 0;
    const { rowCount } = batch;
    await held.promise;
    return { result: Result.APPLIED, writtenRows: rowCount };
  };
  const { child, grpcPort, status } = await startValidator(await inserter.start());
  const lanes = Array.from({ length: laneCount }, () => new LaneClient(grpcPort));
  onTestFinished(() => {
    for (const lane of lanes) lane.close();
    inserter.stop();
  });

  const sent = Promise.all(lanes.map(useGrant));
  // The budget is spent, everything of it is at the inserter or waits for it, and the other lanes wait for a grant.
  await expect.poll(async () => (await status()).lanes.waiting, patience).toBeGreaterThan(laneCount / 2);
  await expect.poll(async () => (await status()).granted_bytes, patience).toBe(budgetBytes);
  held.resolve();

  const batches = (await sent).reduce((sum, count) => sum + count, 0);
  for (const lane of lanes) lane.halfClose();
  await Promise.all(lanes.map((lane) => lane.ended()));
  const outcomes = lanes.flatMap((lane) => lane.outcomes);
  expect(outcomes).toHaveLength(batches);
  expect(
    outcomes.filter(({ result, writtenRows }) => result !== Result.APPLIED || writtenRows !== full.length),
  ).toEqual([]);
  const peak = await peakResidentBytes(child.pid);
  console.info(`${laneCount} lanes, ${batches} batches of 1 MiB: ${Math.round(peak / mebibyte)} MiB at most`);
  expect(peak).toBeLessThan(residentBytesMax);
});
