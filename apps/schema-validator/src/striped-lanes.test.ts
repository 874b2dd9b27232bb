import { type EntityBatch, FailureClass, NotAppliedReason, Result } from '@millrace/contracts';
import { FakeInserter } from '@millrace/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { books, goodBook } from './testing/collections.ts';
import { LaneClient } from './testing/lane-client.ts';
import { startValidator } from './testing/running-validator.ts';

const inserterCount = 3;
let inserters: FakeInserter[];
let addresses: string[];
let validator: RunningService;
let clients: LaneClient[];

beforeEach(async () => {
  inserters = Array.from({ length: inserterCount }, () => new FakeInserter());
  for (const inserter of inserters) inserter.collections.set('books', books);
  addresses = await Promise.all(inserters.map((inserter) => inserter.start()));
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await validator.stop();
  for (const inserter of inserters) inserter.stop();
});

/** A validator that knows so many of the inserters, and has reached them all. */
async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  validator = await startValidator(`ipv4:${addresses.join(',')}`, environment);
  await until(async () => (await servers()).filter(({ ready }) => ready).length === inserterCount);
}

async function servers(): Promise<readonly { ready: boolean; streams: number }[]> {
  const answer = await fetch(`http://127.0.0.1:${validator.httpPort}/status`);
  const { inserter } = (await answer.json()) as { inserter: { servers: { ready: boolean; streams: number }[] } };
  return inserter.servers;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function openLane(partition: number): Promise<LaneClient> {
  const client = new LaneClient(validator.grpcPort);
  clients.push(client);
  client.open({ partition });
  await client.first();
  return client;
}

const offsetsOf = ({ firstOffset, offsetDeltas }: EntityBatch) => offsetDeltas.map((delta) => firstOffset + delta);
const manyBooks = Array.from({ length: 60 }, (_, id) => goodBook(id));

test('the records of one lane go to all inserters, those of a key to the same one, and count once', async () => {
  await start();
  const client = await openLane(0);
  client.send(manyBooks);
  client.send(manyBooks);
  const outcomes = await client.answered(2);
  expect(outcomes.map(({ result, writtenRows }) => [result, writtenRows])).toEqual([
    [Result.APPLIED, 60],
    [Result.APPLIED, 60],
  ]);
  const shares = inserters.map(({ streams }) => streams.flatMap(({ batches }) => batches.flatMap(offsetsOf)));
  expect(shares.every((offsets) => offsets.length > 0)).toBe(true);
  expect(shares.flat().sort((a, b) => Number(a - b))).toEqual(
    Array.from({ length: 120 }, (_, offset) => BigInt(offset)),
  );
  for (const offsets of shares) {
    const keys = offsets.map((offset) => Number(offset) % 60);
    expect(keys.slice(0, keys.length / 2)).toEqual(keys.slice(keys.length / 2));
  }
  expect(inserters.flatMap(({ streams }) => streams.map(({ open }) => open.stripe)).sort()).toEqual([0, 1, 2]);
});

test('lanes spread evenly where they take fewer stripes than there are inserters', async () => {
  await start({ STRIPES_MAX: '1' });
  for (let partition = 0; partition < 2 * inserterCount; partition++) await openLane(partition);
  expect((await servers()).map(({ streams }) => streams)).toEqual([2, 2, 2]);
});

test('one inserter that refuses a batch makes it NOT_APPLIED, and nothing behind it counts', async () => {
  await start();
  const later = {
    class: FailureClass.LATER,
    code: 'M8',
    message: 'rate limit',
    hint: '',
    milvusCode: 8,
    retryAfterMs: 0n,
  };
  const [, second] = inserters;
  if (second) {
    second.answer = () => ({ result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, failure: later });
  }
  const client = await openLane(0);
  client.send(manyBooks);
  client.send(manyBooks);
  const outcomes = await client.answered(2);
  expect(outcomes.map(({ result, reason }) => [result, reason])).toEqual([
    [Result.NOT_APPLIED, NotAppliedReason.BLOCKED],
    [Result.NOT_APPLIED, NotAppliedReason.NOT_STARTED],
  ]);
});

test('one inserter that is gone leaves the batch INDEFINITE, and the next lane does with the others', async () => {
  await start();
  const [, second] = inserters;
  if (second) {
    second.answer = (_, stream) => {
      stream.break();
      return new Promise(() => {});
    };
  }
  const client = await openLane(0);
  client.send(manyBooks);
  const [outcome] = await client.answered(1);
  expect(outcome).toMatchObject({ result: Result.INDEFINITE, failure: { code: 'V104' } });
  second?.stop();
  await until(async () => (await servers()).filter(({ ready }) => ready).length === inserterCount - 1);
  const next = await openLane(1);
  next.send(manyBooks);
  expect(await next.answered(1)).toMatchObject([{ result: Result.APPLIED, writtenRows: 60 }]);
});

test('an inserter without room for a further stripe is done without', async () => {
  const noRoom = {
    class: FailureClass.LATER,
    code: 'lane.no_grant',
    message: 'no room',
    hint: '',
    milvusCode: 0,
    retryAfterMs: 0n,
  };
  for (const inserter of inserters) {
    inserter.refuses = ({ stripe }) => (stripe > 0 ? noRoom : undefined);
  }
  await start();
  const client = await openLane(0);
  client.send(manyBooks);
  expect(await client.answered(1)).toMatchObject([{ result: Result.APPLIED, writtenRows: 60 }]);
  const used = inserters.filter(({ streams }) => streams.some(({ batches }) => batches.length > 0));
  expect(used.length).toBe(1);
});

test('an inserter that comes gets its share of open lanes, without a batch lost or sent twice', async () => {
  const [late] = inserters;
  if (!late) throw new Error('there are inserters');
  const port = Number(addresses[0]?.split(':')[1]);
  late.stop();
  validator = await startValidator(`ipv4:${addresses.join(',')}`);
  await until(async () => (await servers()).filter(({ ready }) => ready).length === inserterCount - 1);
  const client = await openLane(0);
  client.send(manyBooks);
  expect(await client.answered(1)).toMatchObject([{ writtenRows: 60 }]);
  inserters[0] = new FakeInserter();
  inserters[0].collections.set('books', books);
  await inserters[0].start(port);
  await until(() => client.received.some((message) => message.$case === 'drain'));
  client.halfClose();
  await until(() => client.statusCode === 0);
  const again = await openLane(0);
  again.send(manyBooks, { firstOffset: 60n });
  expect(await again.answered(1)).toMatchObject([{ result: Result.APPLIED, writtenRows: 60 }]);
  expect(inserters[0].streams.flatMap(({ batches }) => batches).length).toBe(1);
});
