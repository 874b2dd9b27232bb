import { FailureClass, FieldType, NotAppliedReason, type Outcome, Result } from '@millrace/contracts';
import { failureEntry, type MilvusClass } from '@millrace/errors';
import {
  decodeRows,
  type FakeCollection,
  type FakeMilvus,
  type FakeReply,
  type FakeWrite,
  startFakeMilvus,
} from '@millrace/testing';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusalRules } from './refusal-classes.ts';
import { type RefusalRow, refusalTable } from './refusal-table.ts';
import type { Inserter } from './service.ts';
import { InsertClient, type TestLane } from './testing/insert-stream.ts';
import { openLane } from './testing/lane-session.ts';
import { startTestInserter } from './testing/test-inserter.ts';

const fields = [
  { name: 'id', type: FieldType.INT64 },
  { name: 'title', type: FieldType.VARCHAR },
];
const things: FakeCollection = {
  name: 'things',
  fields: [
    { name: 'id', type: DataType.Int64, isPrimaryKey: true },
    { name: 'title', type: DataType.VarChar, params: { max_length: 50 } },
  ],
  collectionId: 9n,
};
const lane: TestLane = { target: { collection: 'things' } };
const rows = [
  { id: 1n, title: 'good' },
  { id: 2n, title: 'bad' },
  { id: 3n, title: 'good' },
];

let fake: FakeMilvus;
let inserter: Inserter;
let client: InsertClient;
let script: (write: FakeWrite, number: number) => FakeReply;
let writes: number;
/** Each write has one of its own, since what bisection has found holds for one. */
let sessions = 0;

beforeAll(async () => {
  fake = await startFakeMilvus({
    collections: [things],
    script: (write) => {
      writes += 1;
      return script(write, writes);
    },
  });
  inserter = await startTestInserter({ MILVUS_ENDPOINT: `http://${fake.address}` });
  client = new InsertClient(inserter.grpcPort);
});
afterAll(async () => {
  client.close();
  await inserter.stop();
  await fake.stop();
});
beforeEach(() => {
  writes = 0;
});

/** What a server says that means the row, in words that fit its condition. */
function replyOf({ from, number = 4_711, saying, flag, name }: RefusalRow): FakeReply {
  const words = [name, 'larger than max', "Expected bytes, got a 'int' object", 'cross cluster routing', 'bad WKT'];
  const reason = saying === undefined ? 'no' : words.find((one) => saying.test(one));
  if (reason === undefined) throw new Error(`no words for ${saying}`);
  if (from === 'grpc') return { kind: 'grpc', code: number === 4_711 ? 13 : number, details: reason };
  const extraInfo = flag === 'input error' ? { is_input_error: 'true' } : {};
  const told = from === 'legacy' ? { errorCode: number } : { code: number };
  return { kind: 'refuse', status: { ...told, reason, retriable: flag === 'retriable', extraInfo } };
}

const rowsOf = (write: FakeWrite) => (write.method === 'Delete' ? [] : decodeRows(write.request));

async function send(): Promise<Outcome> {
  sessions += 1;
  const session = await openLane(client, { ...lane, session: `session-${sessions}` }, fields);
  session.send(rows);
  const [outcome] = await session.finish();
  if (!outcome) throw new Error('no outcome');
  return outcome;
}

/** What an inserter does about a refusal of each class; a class without its test does not compile. */
const shows: Readonly<Record<MilvusClass, (reply: FakeReply, code: string) => Promise<void>>> = {
  later: async (reply) => {
    script = (_, number) => (number === 1 ? reply : { kind: 'apply' });
    expect(await send()).toMatchObject({ result: Result.APPLIED, writtenRows: 3, rejections: [] });
    expect(writes).toBe(2);
  },
  wait: async (reply, code) => {
    script = () => reply;
    expect(await send()).toMatchObject({
      result: Result.NOT_APPLIED,
      reason: NotAppliedReason.BLOCKED,
      failure: { class: FailureClass.LATER, code, retryAfterMs: 5_000n },
      rejections: [],
    });
    expect(writes).toBe(1);
  },
  schema: async (reply) => {
    script = () => reply;
    expect(await send()).toMatchObject({
      reason: NotAppliedReason.BLOCKED,
      failure: { class: FailureClass.LATER, code: 'milvus.schema_unsettled' },
      rejections: [],
    });
    script = () => {
      fake.setCollection({ ...things, updateTimestamp: 2n ** 61n });
      return reply;
    };
    expect(await send()).toMatchObject({ reason: NotAppliedReason.SCHEMA_CHANGED, rejections: [] });
    fake.setCollection(things);
    expect(writes).toBe(2);
  },
  split: async (reply) => {
    script = (write) => (rowsOf(write).length > 1 ? reply : { kind: 'apply' });
    expect(await send()).toMatchObject({ result: Result.APPLIED, writtenRows: 3, rejections: [] });
    expect(writes).toBe(5);
  },
  data: async (reply, code) => {
    script = (write) => (rowsOf(write).some(({ title }) => title === 'bad') ? reply : { kind: 'apply' });
    expect(await send()).toMatchObject({
      result: Result.APPLIED,
      writtenRows: 2,
      rejections: [{ offset: 101n, violations: [{ code }] }],
    });
  },
  operator: async (reply, code) => {
    script = () => reply;
    expect(await send()).toMatchObject({
      result: Result.NOT_APPLIED,
      reason: NotAppliedReason.BLOCKED,
      failure: { class: FailureClass.OPERATOR, code, retryAfterMs: 5_000n },
      rejections: [],
    });
    expect(writes).toBe(1);
  },
  indefinite: async (reply, code) => {
    script = () => reply;
    expect(await send()).toMatchObject({ result: Result.INDEFINITE, failure: { code }, rejections: [] });
    expect(writes).toBe(1);
  },
};

describe.each(Object.keys(refusalRules) as MilvusClass[])('a refusal of class %s', (name) => {
  const ofClass = refusalTable.filter((row) => row.class === name);
  test.each(ofClass)('is met as its class asks: $from $number $name', async (row) => {
    const code = row.code ?? refusalRules[name].code;
    expect(failureEntry(code)?.milvusClass).toBe(name);
    await shows[name](replyOf(row), code);
  });
});

test('each row of the table is reached: none stands behind one that takes everything of its number', () => {
  const behind = refusalTable.filter((row, index) =>
    refusalTable
      .slice(0, index)
      .some(
        (before) =>
          before.from === row.from &&
          (before.number === undefined || before.number === row.number) &&
          before.saying === undefined &&
          before.flag === undefined,
      ),
  );
  expect(behind).toEqual([]);
});
