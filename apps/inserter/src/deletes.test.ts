import { status } from '@grpc/grpc-js';
import { FailureClass, FieldType, InsertMode, NotAppliedReason, Result, Tombstones } from '@millrace/contracts';
import {
  decodeDeleteWithSdk,
  type FakeCollection,
  type FakeMilvus,
  type FakeReply,
  type FakeWrite,
  startFakeMilvus,
  tableOf,
} from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, describe, expect, test } from 'vitest';
import type { Inserter } from './service.ts';
import { DeletedKey, entityBatch, type TestField, type TestRow } from './testing/entity-batch.ts';
import { batch, InsertClient, open, type TestLane } from './testing/insert-stream.ts';
import { expectCase, openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

const fields: readonly TestField[] = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'title', type: FieldType.VARCHAR },
];
const title = { name: 'title', type: DataType.VarChar, params: { max_length: 50 } } as const;
const things: FakeCollection = {
  name: 'things',
  fields: [{ name: 'id', type: DataType.Int64, isPrimaryKey: true }, title],
};
const named: FakeCollection = {
  name: 'named',
  fields: [{ name: 'id', type: DataType.VarChar, isPrimaryKey: true, params: { max_length: 99 } }, title],
};
const autoId: FakeCollection = {
  name: 'auto',
  fields: [{ name: 'id', type: DataType.Int64, isPrimaryKey: true, autoId: true }, title],
};
const namedFields: readonly TestField[] = [
  { name: 'id', type: FieldType.VARCHAR },
  { name: 'title', type: FieldType.VARCHAR },
];
const lane: TestLane = { target: { collection: 'things' }, recordOptions: { tombstones: Tombstones.DELETE } };
const namedLane: TestLane = { ...lane, target: { collection: 'named' } };
const row = (id: bigint | string, text = 'x'): TestRow => ({ id, title: text });
const gone = (key: bigint | string) => new DeletedKey(key);

interface Scene {
  readonly fake: FakeMilvus;
  readonly inserter: Inserter;
  readonly client: InsertClient;
}

/** One for each version of the server; they are costly to start. */
const scenes = new Map<string, Scene>();
let script: (write: FakeWrite) => FakeReply | Promise<FakeReply>;
let fake: FakeMilvus;
let inserter: Inserter;
let client: InsertClient;
/** What was written before the test. */
let before = { writes: 0, applied: 0 };

async function start(version = 'v2.6.5'): Promise<void> {
  script = () => ({ kind: 'apply' });
  const scene = scenes.get(version) ?? (await newScene(version));
  scenes.set(version, scene);
  ({ fake, inserter, client } = scene);
  before = { writes: fake.writes.length, applied: fake.applied.length };
}

async function newScene(version: string): Promise<Scene> {
  const milvus = await startFakeMilvus({
    collections: [things, named, autoId],
    version,
    script: (write) => script(write),
  });
  const started = await startTestInserter({ MILVUS_ENDPOINT: `http://${milvus.address}` });
  return { fake: milvus, inserter: started, client: new InsertClient(started.grpcPort) };
}

afterAll(async () => {
  for (const scene of scenes.values()) {
    scene.client.close();
    await scene.inserter.stop();
    await scene.fake.stop();
  }
});

const writes = () => fake.writes.slice(before.writes);
const table = () =>
  Object.fromEntries([...tableOf(fake.applied.slice(before.applied), 'id')].map(([key, row]) => [key, row.title]));
const methods = () => writes().map(({ method }) => method);
const deletes = () => writes().filter(({ method }) => method === 'Delete');
const refuseDeletes =
  (code: number) =>
  ({ method }: FakeWrite): FakeReply =>
    method === 'Delete' ? { kind: 'refuse', status: { code, reason: 'no' } } : { kind: 'apply' };

async function refusalOf(refused: TestLane) {
  const stream = client.stream();
  stream.send(open(refused));
  return expectCase(await stream.next(), 'refused').value.failure;
}

describe('a batch of rows and deletes', () => {
  test('is an upsert and then a delete by values, the last entry of a key in one of them', async () => {
    await start();
    const session = await openLane(client, lane, fields);
    session.send([row(1n, 'a'), row(2n, 'b'), gone(1n), gone(3n), row(3n, 'c'), row(4n, 'd'), gone(4n), row(4n, 'e')]);
    expect(await session.finish()).toMatchObject([
      { result: Result.APPLIED, writtenRows: 3, deletedRows: 1, supersededRows: 4, rejections: [] },
    ]);
    expect(methods()).toEqual(['Upsert', 'Delete']);
    expect(table()).toEqual({ 2: 'b', 3: 'c', 4: 'e' });
    const [deleted] = deletes();
    expect(deleted && decodeDeleteWithSdk(deleted.bytes)).toMatchObject({ expression: 'id in {keys}', keys: [1n] });
  });

  test('of deletes only is one call, also without columns and without knowing the keys', async () => {
    await start();
    const session = await openLane(client, lane, fields);
    session.send([gone(1n), gone(2n), gone(1n)]);
    expect(await session.finish()).toMatchObject([{ result: Result.APPLIED, deletedRows: 2, supersededRows: 1 }]);
    expect(methods()).toEqual(['Delete']);
  });

  test('deletes texts by their values, whatever they hold', async () => {
    await start();
    const keys = ['', '"', '\\', "' or 1==1 or '", '{keys}', 'é𝄞', '\n'];
    const session = await openLane(client, namedLane, namedFields);
    session.send([...keys.map((key) => row(key)), row('stays')]);
    session.send(keys.map(gone));
    expect(await session.finish()).toMatchObject([{}, { result: Result.APPLIED, deletedRows: keys.length }]);
    expect(table()).toEqual({ stays: 'x' });
  });

  test('deletes integers by numbers where the server has no templates, in calls of bounded size', async () => {
    await start('v2.3.5');
    const min = -(2n ** 63n);
    const keys = Array.from({ length: 10_000 }, (_, index) => min + BigInt(index));
    const session = await openLane(client, lane, fields);
    session.send([row(1n), row(2n)]);
    session.send([...keys, 1n, 2n ** 63n - 1n].map(gone));
    expect(await session.finish()).toMatchObject([{}, { result: Result.APPLIED, deletedRows: keys.length + 2 }]);
    expect(table()).toEqual({ 2: 'x' });
    const calls = deletes().map(({ bytes }) => decodeDeleteWithSdk(bytes).keys);
    expect(calls.flat()).toEqual([...keys, 1n, 2n ** 63n - 1n]);
    expect(calls.map((call) => call.length)).toEqual([3276, 3276, 3276, 174]);
  });

  test('goes to the partition of the lane, both calls', async () => {
    await start();
    const target = { collection: 'things', partition: 'p1' };
    const session = await openLane(client, { ...lane, target }, fields);
    session.send([row(1n), gone(2n)]);
    await session.finish();
    expect(writes().map(({ request }) => request.partitionName)).toEqual(['p1', 'p1']);
  });
});

describe('when the rows are written and the delete is not', () => {
  test.each([
    ['a quota', 9, FailureClass.LATER, 'milvus.quota'],
    ['the data', 1100, FailureClass.OPERATOR, 'milvus.delete_refused'],
    ['the size', 1102, FailureClass.OPERATOR, 'milvus.delete_refused'],
  ])('for %s, the batch is blocked, and nothing of it is rejected or bisected', async (_, code, failureClass, name) => {
    await start();
    script = refuseDeletes(code);
    const session = await openLane(client, lane, fields);
    session.send([row(1n), gone(2n), gone(3n)]);
    expect(await session.finish()).toMatchObject([
      {
        result: Result.NOT_APPLIED,
        reason: NotAppliedReason.BLOCKED,
        failure: { class: failureClass, code: name, milvusCode: code },
        rejections: [],
      },
    ]);
    expect(methods()).toEqual(['Upsert', 'Delete']);

    script = () => ({ kind: 'apply' });
    const again = await openLane(client, lane, fields);
    again.send([row(1n), gone(2n), gone(3n)]);
    expect(await again.finish()).toMatchObject([{ result: Result.APPLIED, writtenRows: 1, deletedRows: 2 }]);
  });

  test('for a collection that has changed meanwhile, the batch is encoded anew', async () => {
    await start();
    script = (write) => {
      if (write.method === 'Delete') fake.setCollection({ ...things, updateTimestamp: 77n });
      return refuseDeletes(1100)(write);
    };
    const session = await openLane(client, lane, fields);
    session.send([row(1n), gone(2n)]);
    expect(await session.finish()).toMatchObject([{ reason: NotAppliedReason.SCHEMA_CHANGED }]);
    fake.setCollection(things);
  });

  test('because its answer was lost, the batch is INDEFINITE', async () => {
    await start();
    script = ({ method }) => ({ kind: method === 'Delete' ? 'lose' : 'apply' });
    const session = await openLane(client, lane, fields);
    session.send([row(1n), gone(2n)]);
    expect(await session.finish()).toMatchObject([{ result: Result.INDEFINITE }]);
  });

  test('because the inserter stops, the batch is DRAINING', async () => {
    // Its inserter stops, so no other test may have the scene.
    await start('v2.6.6');
    const letGo = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    script = async () => {
      arrived.resolve();
      await letGo.promise;
      return { kind: 'apply' };
    };
    const session = await openLane(client, lane, fields);
    session.send([row(1n), gone(2n)]);
    await arrived.promise;
    session.stream.halfClose();
    const stopped = inserter.stop();
    expectCase(await session.stream.next(), 'drain');
    setTimeout(letGo.resolve, 1_500);
    expect(await session.outcome()).toMatchObject({
      result: Result.NOT_APPLIED,
      reason: NotAppliedReason.DRAINING,
    });
    await stopped;
    expect(methods()).toEqual(['Upsert']);
  });
});

test('a bad row between deletes is found and rejected; no older row of a deleted key comes back', async () => {
  await start();
  const seen: string[] = [];
  script = (write) => {
    if (write.method === 'Delete') return { kind: 'apply' };
    const rows = [...tableOf([write], 'id').values()];
    if (rows.some((one) => one.title === 'bad')) return { kind: 'refuse', status: { code: 1100, reason: 'bad' } };
    seen.push(...rows.map((one) => `${one.id}${one.title}`));
    return { kind: 'apply' };
  };
  const session = await openLane(client, { ...lane, session: 'bad rows' }, fields);
  session.send([row(1n, 'a'), gone(2n), row(3n, 'bad'), gone(1n), row(2n, 'b'), gone(3n), row(4n, 'bad')]);
  expect(await session.finish()).toMatchObject([
    { result: Result.APPLIED, writtenRows: 2, deletedRows: 3, rejections: [{ offset: 102n }, { offset: 106n }] },
  ]);
  expect(table()).toEqual({ 2: 'b' });
  expect(seen).toEqual(['1a', '2b']);
});

describe('a lane that asks for deletes', () => {
  test.each<[string, Partial<TestLane>]>([
    ['tombstones', { recordOptions: { tombstones: Tombstones.DELETE } }],
    ['a marker', { recordOptions: { deleteMarker: { path: ['op'], values: ['d'] } } }],
  ])('by %s is refused where rows are inserted', async (_, options) => {
    await start();
    const code = 'lane.delete_with_insert';
    const target = { collection: 'auto' };
    expect(await refusalOf({ ...options, target })).toMatchObject({ class: FailureClass.OPERATOR, code });
    const writeOptions = { insertMode: InsertMode.INSERT };
    expect(await refusalOf({ ...lane, ...options, writeOptions })).toMatchObject({ code });
  });

  test('of texts is refused by a server without templates, and the failure names the version', async () => {
    await start('v2.3.5');
    const failure = await refusalOf(namedLane);
    expect(failure).toMatchObject({ class: FailureClass.OPERATOR, code: 'lane.delete_needs_templates' });
    expect(`${failure?.message} ${failure?.hint}`).toMatch(/v2\.3\.5.*VarChar.*Milvus 2\.5/);
  });
});

test('a lane that never deletes opens on any server; a batch that deletes all the same is blocked, not lost', async () => {
  await start('v2.3.5');
  const session = await openLane(client, { target: { collection: 'named' } }, namedFields);
  session.send([row('a')]);
  expect(await session.outcome()).toMatchObject({ result: Result.APPLIED });
  session.send([row('b'), gone('a')]);
  expect(await session.finish()).toMatchObject([
    { reason: NotAppliedReason.BLOCKED, failure: { code: 'lane.delete_needs_templates' } },
  ]);
  expect(methods()).toEqual(['Upsert']);
});

test('deletes of a key that is not the primary key are blocked', async () => {
  await start();
  const session = await openLane(client, lane, [{ name: 'title', type: FieldType.VARCHAR }]);
  session.send([gone('x')]);
  expect(await session.finish()).toMatchObject([
    { reason: NotAppliedReason.BLOCKED, failure: { code: 'lane.key_column_missing' } },
  ]);
});

test('deletes on a stream that inserts break the contract', async () => {
  await start();
  const session = await openLane(client, { target: { collection: 'auto' } }, fields);
  session.stream.send(batch(entityBatch(fields, [gone(1n)])));
  await expect(session.stream.next()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
});

describe('a partial update', () => {
  const partial: TestLane = { ...lane, writeOptions: { insertMode: InsertMode.UPDATE } };

  test('says so to Milvus; batches that set other fields, and rows behind a delete of their key, are calls of their own', async () => {
    await start();
    const letGo = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    script = async () => {
      arrived.resolve();
      await letGo.promise;
      return { kind: 'apply' };
    };
    const session = await openLane(client, partial, fields);
    session.send([row(9n)]);
    await arrived.promise;
    session.send([row(1n, 'a'), gone(1n), row(2n, 'b')]);
    session.send([row(1n, 'c'), row(1n, 'd')]);
    const [id] = fields;
    session.send([row(3n)], { fields: id ? [id] : [] });
    letGo.resolve();
    const outcomes = await session.finish();
    expect(
      outcomes.map(({ writtenRows, deletedRows, supersededRows }) => [writtenRows, deletedRows, supersededRows]),
    ).toEqual([
      [1, 0, 0],
      [1, 1, 1],
      [1, 0, 1],
      [1, 0, 0],
    ]);
    expect(methods()).toEqual(['Upsert', 'Upsert', 'Delete', 'Upsert', 'Upsert']);
    expect(writes().flatMap((write) => (write.method === 'Delete' ? [] : write.request.partialUpdate))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(table()).toEqual({ 1: 'd', 2: 'b', 3: undefined, 9: 'x' });
  });

  test('of a collection that is not loaded is blocked until it is', async () => {
    await start();
    script = () => ({ kind: 'refuse', status: { code: 101, reason: 'collection not loaded' } });
    const session = await openLane(client, partial, fields);
    session.send([row(1n)]);
    expect(await session.finish()).toMatchObject([
      {
        reason: NotAppliedReason.BLOCKED,
        failure: { class: FailureClass.OPERATOR, code: 'milvus.not_loaded', milvusCode: 101 },
        rejections: [],
      },
    ]);
    script = () => ({ kind: 'apply' });
    const again = await openLane(client, partial, fields);
    again.send([row(1n)]);
    expect(await again.finish()).toMatchObject([{ result: Result.APPLIED }]);
  });
});
