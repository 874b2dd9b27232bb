import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import {
  CheckRequest,
  type CheckResponse,
  FailureClass,
  InsertMode,
  OpenLane,
  type RecordBatch,
  RecordOptions,
  SchemaValidatorClient,
  Target,
  Tombstones,
  ValueFormat,
  WriteOptions,
} from '@millrace/contracts';
import { FakeInserter } from '@millrace/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { books, collection, goodBook } from './testing/collections.ts';
import { LaneClient } from './testing/lane-client.ts';
import { recordBatch } from './testing/record-batches.ts';
import { startValidator } from './testing/running-validator.ts';

let inserter: FakeInserter;
let validator: RunningService;
let client: SchemaValidatorClient;

beforeEach(async () => {
  inserter = new FakeInserter();
  inserter.collections.set('books', books);
});
afterEach(async () => {
  client.close();
  await validator.stop();
  inserter.stop();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  validator = await startValidator(await inserter.start(), environment);
  client = new SchemaValidatorClient(`127.0.0.1:${validator.grpcPort}`, credentials.createInsecure());
}

const lane = (options: Partial<RecordOptions> = {}, write: Partial<WriteOptions> = {}): OpenLane => ({
  ...OpenLane.create({ connector: 'books-sink', topic: 'books', partition: 3 }),
  target: Target.create({ collection: 'books' }),
  recordOptions: { ...RecordOptions.create({ valueFormat: ValueFormat.JSON }), ...options },
  writeOptions: { ...WriteOptions.create(), ...write },
});

function check(request: Partial<CheckRequest>): Promise<CheckResponse> {
  return new Promise((resolve, reject) =>
    client.check(CheckRequest.fromPartial(request as object), (error: ServiceError | null, response) =>
      error ? reject(error) : resolve(response),
    ),
  );
}

async function checked(open: OpenLane, batch: RecordBatch | undefined, keysOnly = false) {
  const { result } = await check({ lane: open, batch, keysOnly });
  if (result?.$case !== 'checked') throw new Error(JSON.stringify(result?.value));
  return result.value;
}

const offsetsOf = (first: bigint, deltas: readonly bigint[] = []) => deltas.map((delta) => first + delta);

test('each record comes back once: as a row, a delete, a rejection, or left out; and nothing reaches the inserter', async () => {
  await start();
  const records = [
    { key: '1', value: goodBook(1) },
    { key: '2', value: 'garbage' },
    { key: '1', value: null },
    { key: '3', value: goodBook(3) },
  ];
  const batch = recordBatch(records, { firstOffset: 70n });
  const deleting = await checked(lane({ tombstones: Tombstones.DELETE, keyFormat: 1 }), batch);
  const [part] = deleting.parts;
  expect(deleting).toMatchObject({ insertMode: InsertMode.UPSERT, collection: { name: 'books' }, filteredOffsets: [] });
  expect(deleting.parts).toHaveLength(1);
  expect(offsetsOf(70n, part?.offsetDeltas)).toEqual([70n, 73n]);
  expect(part?.columns.map(({ fieldName }) => fieldName)).toEqual(['id', 'title', 'title_vector']);
  expect(offsetsOf(70n, part?.deletes?.offsetDeltas)).toEqual([72n]);
  expect(part?.deletes?.keys).toMatchObject({ fieldName: 'id', elements: Buffer.from([1]) });
  expect(deleting.rejections.map(({ offset, violations }) => [offset, violations[0]?.code])).toEqual([[71n, 'V001']]);

  const ignoring = await checked(lane({ tombstones: Tombstones.IGNORE }), batch);
  expect(ignoring.filteredOffsets).toEqual([72n]);
  expect(inserter.streams).toEqual([]);
});

test('the columns are those that a lane sends', async () => {
  await start();
  const values = [goodBook(1), goodBook(2), '{}', goodBook(4)].map((value) => ({ value }));
  const found = await checked(lane(), recordBatch(values, { firstOffset: 5n }));
  const stream = new LaneClient(validator.grpcPort);
  stream.open({ target: { collection: 'books' } });
  await stream.first();
  stream.sendRecords(values, { firstOffset: 5n });
  await stream.answered(1);
  const sent = inserter.streams[0]?.batches[0];
  expect(found.parts.map(({ columns, offsetDeltas }) => ({ columns, offsetDeltas }))).toEqual([
    { columns: sent?.columns, offsetDeltas: sent?.offsetDeltas },
  ]);
  stream.close();
});

test('with keys alone the other columns are there, and empty', async () => {
  await start();
  const found = await checked(lane(), recordBatch([{ value: goodBook(1) }]), true);
  expect(found.parts[0]?.columns.map(({ fieldName, elements }) => [fieldName, elements.length])).toEqual([
    ['id', 1],
    ['title', 0],
    ['title_vector', 0],
  ]);
});

test('no rejection stops the records behind it, whatever the lane does', async () => {
  await start();
  const batch = recordBatch([{ value: '{}' }, { value: goodBook(1) }]);
  const found = await checked(lane({}, { stopAtRejection: true }), batch);
  expect(found.parts[0]?.offsetDeltas).toEqual([1n]);
});

test('without records it says whether the lane could be opened, and how it would write', async () => {
  const [id, ...others] = books.fields;
  inserter.collections.set('made', collection([{ ...(id ?? expect.unreachable()), isAutoId: true }, ...others]));
  await start();
  const made = { ...lane(), target: Target.create({ collection: 'made' }) };
  expect(await checked(made, undefined)).toMatchObject({ insertMode: InsertMode.INSERT, parts: [] });
  const upserting = { ...made, writeOptions: WriteOptions.create({ insertMode: InsertMode.UPSERT }) };
  expect((await check({ lane: upserting })).result).toMatchObject({ $case: 'failure', value: { code: 'V102' } });
  const missing = { ...lane(), target: Target.create({ collection: 'none' }) };
  expect((await check({ lane: missing })).result).toMatchObject({ $case: 'failure' });
});

test('it holds a grant while it works, gives it back, and makes no lane give way when none is free', async () => {
  await start({ STREAM_BUDGET_BYTES: '4194304', STREAM_BATCHES_MAX: '1' });
  const batch = recordBatch([{ value: goodBook(1) }]);
  for (let round = 0; round < 3; round++) expect((await checked(lane(), batch)).parts).toHaveLength(1);
  const stream = new LaneClient(validator.grpcPort);
  stream.open();
  await stream.first();
  const { result } = await check({ lane: lane(), batch });
  expect(result).toMatchObject({ $case: 'failure', value: { code: 'V105', class: FailureClass.LATER } });
  expect(stream.received.map(({ $case }) => $case)).toEqual(['opened']);
  stream.close();
});

test('a request that contradicts itself is the caller’s mistake', async () => {
  await start();
  await expect(check({})).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  const { valueSizes, ...batch } = recordBatch([{ value: goodBook(1) }]);
  await expect(check({ lane: lane(), batch: { ...batch, valueSizes: [...valueSizes, 1] } })).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
});
