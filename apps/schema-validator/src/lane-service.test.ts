import { status } from '@grpc/grpc-js';
import {
  FailureClass,
  InsertMode,
  KeyFormat,
  NotAppliedReason,
  type Outcome,
  RecordBatch,
  Result,
  Tombstones,
  UnknownFields,
  ValueFormat,
} from '@millrace/contracts';
import { FakeInserter, freePort } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { books, collection, goodBook } from './testing/collections.ts';
import { LaneClient, type LaneOptions } from './testing/lane-client.ts';
import { startValidator } from './testing/running-validator.ts';

let inserter: FakeInserter;
let validator: RunningService;
let clients: LaneClient[];

beforeEach(() => {
  inserter = new FakeInserter();
  inserter.collections.set('books', books);
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await validator.stop();
  inserter.stop();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  validator = await startValidator(await inserter.start(), environment);
}

function connect(): LaneClient {
  const client = new LaneClient(validator.grpcPort);
  clients.push(client);
  return client;
}

async function openLane(more: LaneOptions = {}): Promise<LaneClient> {
  const client = connect();
  client.open(more);
  await client.first();
  return client;
}

const stopAtRejection = { writeOptions: { stopAtRejection: true } };
const later = {
  class: FailureClass.LATER,
  code: 'M8',
  message: 'rate limit',
  hint: '',
  milvusCode: 8,
  retryAfterMs: 5n,
};
const results = (outcomes: readonly Outcome[]) => outcomes.map(({ result, reason }) => [result, reason]);
const applied = [Result.APPLIED, 0];
const notStarted = [Result.NOT_APPLIED, NotAppliedReason.NOT_STARTED];
const blocked = [Result.NOT_APPLIED, NotAppliedReason.BLOCKED];
const indefinite = [Result.INDEFINITE, 0];

/** A latch that a test opens by hand. */
function latch(): { readonly opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('a lane', () => {
  test('turns records into columns and answers each batch once, in order', async () => {
    await start();
    const lane = await openLane();
    expect(lane.received[0]).toMatchObject({
      $case: 'opened',
      value: { grantBatches: 8, insertMode: InsertMode.UPSERT },
    });
    lane.send([goodBook(1), '{"id": "x"}', goodBook(3)], { firstOffset: 40n });
    lane.send([goodBook(4)]);
    const [first, second] = await lane.answered(2);
    expect(first).toMatchObject({ sequence: 1n, result: Result.APPLIED, writtenRows: 2 });
    expect(first?.rejections).toMatchObject([{ offset: 41n }]);
    expect(first?.rejections[0]?.violations.map(({ code, path }) => [code, path])).toEqual([
      ['V012', '$.id'],
      ['V010', '$.title'],
      ['V010', '$.title_vector'],
    ]);
    expect(second).toMatchObject({ sequence: 2n, result: Result.APPLIED, writtenRows: 1, rejections: [] });
    const [batch] = inserter.streams[0]?.batches ?? [];
    expect(batch).toMatchObject({ sequence: 1n, rowCount: 2, firstOffset: 40n, offsetDeltas: [0n, 2n] });
    expect(batch).toMatchObject({ schemaVersion: books.version, byteCount: 2n * (1n + 9n + 16n + 16n) });
    expect(batch?.columns.map(({ fieldName }) => fieldName)).toEqual(['id', 'title', 'title_vector']);
    lane.halfClose();
    expect(await lane.ended()).toBe(status.OK);
  });

  test('passes the options and the target on, with the insert mode decided', async () => {
    await start();
    await openLane({ partition: 5, writeOptions: { stopAtRejection: true } });
    expect(inserter.streams[0]?.open).toMatchObject({
      connector: 'books-sink',
      topic: 'books',
      partition: 5,
      target: { collection: 'books', token: 'secret' },
      writeOptions: { insertMode: InsertMode.UPSERT, stopAtRejection: true },
      stripe: 0,
      stripeCount: 1,
    });
  });

  test('answers a batch of nothing but rejections without the inserter, in its turn', async () => {
    const gate = latch();
    inserter.answer = async (batch) => {
      await gate.opened;
      return { result: Result.APPLIED, writtenRows: batch.rowCount };
    };
    await start();
    const lane = await openLane();
    lane.send([goodBook(1)]);
    lane.send([null, 'garbage']);
    lane.send([goodBook(2)]);
    await inserter.until(() => inserter.streams[0]?.batches.length === 1);
    expect(lane.outcomes).toEqual([]);
    gate.open();
    const outcomes = await lane.answered(3);
    expect(results(outcomes)).toEqual([applied, applied, applied]);
    expect(outcomes[1]?.rejections.map(({ violations: [first] }) => first?.code)).toEqual(['V009', 'V001']);
    expect(inserter.streams[0]?.batches.map(({ firstOffset }) => firstOffset)).toEqual([0n, 3n]);
  });

  test('joins the rejections of both sides in offset order', async () => {
    inserter.answer = () => ({
      result: Result.APPLIED,
      writtenRows: 1,
      rejections: [
        {
          offset: 2n,
          violations: [],
          stage: 5,
          milvusCode: 1100,
          violationsOmitted: 0,
          primaryKey: '7',
          schemaVersion: '1@0#a',
        },
      ],
    });
    await start();
    const lane = await openLane();
    lane.send([goodBook(0), '1', goodBook(2), '3']);
    const [outcome] = await lane.answered(1);
    expect(outcome?.rejections.map(({ offset }) => offset)).toEqual([1n, 2n, 3n]);
  });

  test('hides values where the connector says so, those that the inserter found included', async () => {
    const violation = { code: 'milvus.row', path: '$.title', message: 'm', expected: 'e', found: 'secret', hint: 'h' };
    inserter.answer = ({ rowCount }) => ({
      result: Result.APPLIED,
      writtenRows: rowCount - 1,
      rejections: [
        {
          offset: 1n,
          violations: [violation],
          stage: 5,
          milvusCode: 1100,
          violationsOmitted: 0,
          primaryKey: '77',
          schemaVersion: '',
        },
      ],
    });
    await start();
    const lane = await openLane({ recordOptions: { maskValues: true } });
    lane.send([goodBook(0), goodBook(77), '{"id":88,"title":99,"title_vector":["secret"],"other":"secret"}', 'secret']);
    const [outcome] = await lane.answered(1);
    const text = JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toMatch(/secret|77|88|99/);
    const shown = outcome?.rejections.map(({ primaryKey, violations }) => [
      primaryKey,
      violations.map(({ found }) => found),
    ]);
    expect(shown).toEqual([
      ['***', ['***']],
      ['***', ['***', '***', '***', '***']],
      ['', ['***']],
    ]);
  });

  test('cuts a batch into parts that the inserter accepts, and rejects a row that is too large by itself', async () => {
    inserter.grant = { batches: 1, bytes: 200, batchBytesMax: 100 };
    const wide = collection(books.fields.map((field) => ({ ...field, maxLength: field.maxLength && 500 })));
    inserter.collections.set('books', wide);
    await start();
    const lane = await openLane();
    const tooLong = goodBook(3).replace('title 3', 'x'.repeat(90));
    lane.send([goodBook(0), goodBook(1), goodBook(2), tooLong, goodBook(4)]);
    const [outcome] = await lane.answered(1);
    expect(outcome).toMatchObject({ result: Result.APPLIED, writtenRows: 4, rejections: [{ offset: 3n }] });
    expect(outcome?.rejections[0]?.violations[0]?.code).toBe('V023');
    const parts = inserter.streams[0]?.batches ?? [];
    expect(parts.map(({ sequence, rowCount, offsetDeltas }) => [sequence, rowCount, offsetDeltas])).toEqual([
      [1n, 2, [0n, 1n]],
      [2n, 2, [2n, 4n]],
    ]);
    expect(parts.every(({ byteCount }) => byteCount <= 100n)).toBe(true);
  });

  test('rejects a record beyond the size limit, even one larger than a batch', async () => {
    await start({ RECORD_BYTES_MAX: '100000', BATCH_BYTES_MAX: '65536', STREAM_BATCHES_MAX: '1' });
    const lane = await openLane();
    lane.send([goodBook(1).replace('title 1', 'x'.repeat(200_000))]);
    const [outcome] = await lane.answered(1);
    expect(outcome?.rejections[0]?.violations).toMatchObject([{ code: 'V008', expected: 'at most 100000 bytes' }]);
  });
});

describe('the first outcome that is not APPLIED', () => {
  test('ends the stream: later batches are not begun, also those of rejections alone', async () => {
    const gate = latch();
    inserter.answer = async (batch) => {
      await gate.opened;
      if (batch.sequence === 1n) return { result: Result.APPLIED, writtenRows: 1 };
      return { result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, failure: later };
    };
    inserter.grant = { batches: 2, bytes: 1_000_000, batchBytesMax: 1_000_000 };
    await start();
    const lane = await openLane();
    for (let id = 1; id <= 4; id++) lane.send([goodBook(id)]);
    lane.send(['garbage']);
    await inserter.until(() => inserter.streams[0]?.batches.length === 1);
    gate.open();
    const outcomes = await lane.answered(5);
    expect(results(outcomes)).toEqual([applied, blocked, notStarted, notStarted, notStarted]);
    expect(outcomes[1]?.failure).toEqual(later);
    expect(outcomes[4]?.rejections).toEqual([]);
    lane.send([goodBook(6)]);
    expect(results(await lane.answered(6))[5]).toEqual(notStarted);
  });

  test('SCHEMA_CHANGED makes the next lane ask for the schema anew', async () => {
    inserter.answer = () => ({ result: Result.NOT_APPLIED, reason: NotAppliedReason.SCHEMA_CHANGED });
    await start();
    const lane = await openLane();
    await openLane();
    expect(inserter.described.map(({ refresh }) => refresh)).toEqual([false]);
    lane.send([goodBook(1)]);
    await lane.answered(1);
    await openLane();
    expect(inserter.described.map(({ refresh }) => refresh)).toEqual([false, true]);
  });

  test('a broken inserter stream leaves what was sent INDEFINITE and the rest not started', async () => {
    inserter.grant = { batches: 2, bytes: 1_000_000, batchBytesMax: 1_000_000 };
    const hang = latch();
    inserter.answer = async (batch) => {
      if (batch.sequence > 1n) await hang.opened;
      return { result: Result.APPLIED, writtenRows: 1 };
    };
    await start();
    const lane = await openLane();
    for (let id = 1; id <= 5; id++) lane.send([goodBook(id)]);
    await inserter.until(() => inserter.streams[0]?.batches.length === 3);
    inserter.streams[0]?.break();
    const outcomes = await lane.answered(5);
    expect(results(outcomes)).toEqual([applied, indefinite, indefinite, notStarted, notStarted]);
    expect(outcomes[1]?.failure).toMatchObject({ class: FailureClass.LATER, code: 'V104' });
    await lane.until(() => lane.received.some(({ $case }) => $case === 'drain'));
    lane.halfClose();
    expect(await lane.ended()).toBe(status.OK);
    hang.open();
  });

  test('an inserter that ends with OK but without all outcomes leaves them INDEFINITE', async () => {
    const hang = latch();
    inserter.answer = async () => {
      await hang.opened;
      return {};
    };
    await start();
    const lane = await openLane();
    lane.send([goodBook(1)]);
    await inserter.until(() => inserter.streams[0]?.batches.length === 1);
    inserter.streams[0]?.end();
    expect(results(await lane.answered(1))).toEqual([indefinite]);
    hang.open();
  });

  test('an inserter that answers out of turn is not believed', async () => {
    inserter.answer = (batch, stream) => {
      stream.send({ $case: 'outcome', value: { ...emptyOutcome, sequence: batch.sequence + 1n } });
      return {};
    };
    await start();
    const lane = await openLane();
    lane.send([goodBook(1)]);
    const [outcome] = await lane.answered(1);
    expect(outcome).toMatchObject({ result: Result.INDEFINITE, failure: { code: 'V106' } });
  });

  test('a stream that broke with nothing sent blocks the next batch instead of making it INDEFINITE', async () => {
    await start();
    const lane = await openLane();
    inserter.streams[0]?.break();
    await lane.until(() => lane.received.some(({ $case }) => $case === 'drain'));
    lane.send([goodBook(1)]);
    lane.send([goodBook(2)]);
    const outcomes = await lane.answered(2);
    expect(results(outcomes)).toEqual([blocked, notStarted]);
    expect(outcomes[0]?.failure).toMatchObject({ class: FailureClass.LATER, code: 'V103' });
    expect(outcomes[0]?.failure?.message).toContain(`inserter not reachable at 127.0.0.1:${inserter.port}`);
  });

  test('in insert mode offsets known to be written are listed, of the failed batch and of those behind it', async () => {
    inserter.collections.set('books', {
      ...books,
      fields: books.fields.map((field) => ({ ...field, isAutoId: field.isPrimaryKey })),
    });
    inserter.grant = { batches: 8, bytes: 1_000_000, batchBytesMax: 90 };
    inserter.answer = (batch) =>
      batch.sequence === 1n
        ? { result: Result.APPLIED, writtenRows: 2 }
        : { result: Result.NOT_APPLIED, reason: NotAppliedReason.BLOCKED, failure: later, writtenOffsets: [13n] };
    await start();
    const lane = await openLane();
    const withoutId = (id: number) => goodBook(id).replace(/"id":\d+,/, '');
    lane.send([0, 1, 2, 3].map(withoutId), { firstOffset: 10n });
    const [outcome] = await lane.answered(1);
    expect(inserter.streams[0]?.open.writeOptions?.insertMode).toBe(InsertMode.INSERT);
    expect(lane.received[0]).toMatchObject({ $case: 'opened', value: { insertMode: InsertMode.INSERT } });
    expect(outcome).toMatchObject({ result: Result.NOT_APPLIED, writtenOffsets: [10n, 11n, 13n] });
  });
});

describe('with errors.tolerance=none', () => {
  test('only the prefix before the first rejection is written, and nothing behind it is begun', async () => {
    await start();
    const lane = await openLane(stopAtRejection);
    lane.send([goodBook(1)]);
    lane.send([goodBook(2), goodBook(3), '{}', goodBook(4), 'x']);
    lane.send([goodBook(5)]);
    const outcomes = await lane.answered(3);
    expect(results(outcomes)).toEqual([applied, applied, notStarted]);
    expect(outcomes[1]).toMatchObject({ stopped: true, writtenRows: 2, rejections: [{ offset: 3n }] });
    expect(inserter.streams[0]?.batches.map(({ rowCount }) => rowCount)).toEqual([1, 2]);
  });

  test('a rejection at the very start stops the lane without a row', async () => {
    await start();
    const lane = await openLane(stopAtRejection);
    lane.send(['x', goodBook(2)]);
    const [outcome] = await lane.answered(1);
    expect(outcome).toMatchObject({ result: Result.APPLIED, stopped: true, rejections: [{ offset: 0n }] });
    expect(inserter.streams[0]?.batches).toEqual([]);
  });

  test('a stop by the inserter is the earlier one: the rejection behind it does not count', async () => {
    inserter.answer = () => ({
      result: Result.APPLIED,
      stopped: true,
      writtenRows: 1,
      rejections: [
        {
          offset: 1n,
          violations: [],
          stage: 5,
          milvusCode: 1100,
          violationsOmitted: 0,
          primaryKey: '7',
          schemaVersion: '1@0#a',
        },
      ],
    });
    await start();
    const lane = await openLane(stopAtRejection);
    lane.send([goodBook(0), goodBook(1), 'x']);
    lane.send([goodBook(3)]);
    const outcomes = await lane.answered(2);
    expect(outcomes[0]).toMatchObject({ stopped: true, rejections: [{ offset: 1n }] });
    expect(outcomes[0]?.rejections).toHaveLength(1);
    expect(results(outcomes)[1]).toEqual(notStarted);
  });
});

describe('a lane is refused', () => {
  test.each([
    ['for a missing collection, in the words of the inserter', { refused: 'M100' }],
    ['for a type that is not supported', { refused: 'V101' }],
    ['for options that make no sense', { refused: 'V113' }],
    ['by the inserter', { refused: 'M8' }],
  ])('%s', async (_, { refused }) => {
    const missing = { ...later, class: FailureClass.OPERATOR, code: 'M100', message: 'collection not found' };
    if (refused === 'M100') inserter.collections.set('books', missing);
    if (refused === 'M8') inserter.refusal = later;
    if (refused === 'V101') {
      const [key] = books.fields;
      if (key) inserter.collections.set('books', { ...books, fields: [{ ...key, typeCode: 28, typeName: 'Date' }] });
    }
    await start();
    const unknownFields = refused === 'V113' ? UnknownFields.DYNAMIC : UnknownFields.UNSPECIFIED;
    const lane = await openLane({ recordOptions: { unknownFields } });
    expect(lane.received).toMatchObject([{ $case: 'refused', value: { failure: { code: refused } } }]);
    expect(await lane.ended()).toBe(status.OK);
  });

  test('when the inserter cannot be reached, with its address', async () => {
    const address = await inserter.start();
    inserter.stop();
    validator = await startValidator(address, { INSERTER_TIMEOUT_MS: '3000' });
    const lane = await openLane();
    const [refused] = lane.received;
    expect(refused).toMatchObject({
      $case: 'refused',
      value: { failure: { code: 'V103', class: FailureClass.LATER } },
    });
    expect(JSON.stringify(refused, (_, value) => (typeof value === 'bigint' ? String(value) : value))).toContain(
      address,
    );
  });

  test('when the inserter does not open it in time', async () => {
    inserter.refusal = 'hang';
    await start({ INSERTER_TIMEOUT_MS: '200' });
    const lane = await openLane();
    expect(lane.received[0]).toMatchObject({ $case: 'refused', value: { failure: { code: 'V103' } } });
  });
});

describe('the grant', () => {
  test('is taken from one budget; a new lane waits, and the one that is open longest is asked to drain', async () => {
    await start({ STREAM_BUDGET_BYTES: '8388608', BATCH_BYTES_MAX: '4194304', STREAM_BATCHES_MAX: '1' });
    const first = await openLane();
    const second = await openLane();
    const third = connect();
    third.open();
    await first.until(() => first.received.length === 2);
    expect(first.received[1]).toMatchObject({ $case: 'drain', value: { reason: 'another lane needs room' } });
    expect(second.received).toHaveLength(1);
    expect(third.received).toEqual([]);
    first.send([goodBook(1)]);
    expect(results(await first.answered(1))).toEqual([applied]);
    first.halfClose();
    expect(await first.ended()).toBe(status.OK);
    expect(await third.first()).toMatchObject({ $case: 'opened', value: { grantBatches: 1, grantBytes: 4194304n } });
  });

  test('a client that goes away while it waits gives up its place', async () => {
    await start({ STREAM_BUDGET_BYTES: '4194304', STREAM_BATCHES_MAX: '1' });
    const first = await openLane();
    const second = connect();
    second.open();
    await first.until(() => first.received.length === 2);
    second.cancel();
    await second.ended();
    const third = connect();
    third.open();
    first.cancel();
    expect(await third.first()).toMatchObject({ $case: 'opened' });
  });

  test.each([
    ['batches', 9, 1],
    ['bytes', 3, 1_500_000],
  ])('exceeded in %s ends the stream with RESOURCE_EXHAUSTED', async (_, count, titleBytes) => {
    const hang = latch();
    inserter.answer = async () => {
      await hang.opened;
      return { result: Result.APPLIED };
    };
    const environment = { STREAM_BUDGET_BYTES: '8388608', BATCH_BYTES_MAX: '1048576' };
    await start(titleBytes === 1 ? {} : { ...environment, STREAM_BATCHES_MAX: '4' });
    const lane = await openLane();
    const value = goodBook(1).replace('title 1', 'x'.repeat(titleBytes));
    for (let i = 0; i < count; i++) lane.send([titleBytes === 1 ? goodBook(i) : value, goodBook(i)]);
    expect(await lane.ended()).toBe(status.RESOURCE_EXHAUSTED);
    hang.open();
  });
});

describe('a client that breaks the rules of the stream', () => {
  const empty = RecordBatch.create({ sequence: 1n });
  test.each([
    ['a batch before the lane is open', (lane: LaneClient) => lane.sendBatch(empty)],
    ['half-close without OpenLane', (lane: LaneClient) => lane.halfClose()],
    ['no collection', (lane: LaneClient) => lane.open({ target: { collection: '' } })],
    ['no value format', (lane: LaneClient) => lane.open({ recordOptions: { valueFormat: ValueFormat.UNSPECIFIED } })],
  ])('%s', async (_, misbehave) => {
    await start();
    const lane = connect();
    misbehave(lane);
    expect(await lane.ended()).toBe(status.INVALID_ARGUMENT);
  });

  test('a batch without the keys that the options read', async () => {
    await start();
    const lane = await openLane({ recordOptions: { tombstones: Tombstones.DELETE, keyFormat: KeyFormat.JSON } });
    lane.sendBatch({ ...empty, offsetDeltas: [0n], valueSizes: [0] });
    expect(await lane.ended()).toBe(status.INVALID_ARGUMENT);
  });

  test.each([
    ['no records', {}],
    ['a gap in the sequence', { sequence: 2n, offsetDeltas: [0n], valueSizes: [0] }],
    ['sizes that do not sum up', { offsetDeltas: [0n], valueSizes: [5] }],
    ['a size too few', { offsetDeltas: [0n, 1n], valueSizes: [0] }],
    ['offsets that do not ascend', { offsetDeltas: [1n, 1n], valueSizes: [0, 0] }],
  ])('%s', async (_, wrong) => {
    await start();
    const lane = await openLane();
    lane.sendBatch({ ...empty, ...wrong });
    expect(await lane.ended()).toBe(status.INVALID_ARGUMENT);
    expect(inserter.streams[0]?.batches).toEqual([]);
  });
});

describe('ends', () => {
  test("the inserter's Drain is passed on, and what comes in before the half-close is still served", async () => {
    await start();
    const lane = await openLane();
    inserter.streams[0]?.drain('rotation');
    await lane.until(() => lane.received.length === 2);
    expect(lane.received[1]).toMatchObject({ $case: 'drain', value: { reason: 'rotation' } });
    lane.send([goodBook(1)]);
    lane.halfClose();
    expect(await lane.ended()).toBe(status.OK);
    expect(results(lane.outcomes)).toEqual([applied]);
  });

  test("a client that goes away takes the inserter's stream with it", async () => {
    await start();
    const lane = await openLane();
    lane.cancel();
    await inserter.until(() => inserter.streams[0]?.isCancelled === true);
  });

  test('SIGTERM: not ready, Drain, what is in hand is answered, all streams end', async () => {
    const gate = latch();
    inserter.answer = async (batch) => {
      await gate.opened;
      return { result: Result.APPLIED, writtenRows: batch.rowCount };
    };
    await start();
    const lane = await openLane();
    const idle = await openLane();
    lane.send([goodBook(1)]);
    await inserter.until(() => inserter.streams[0]?.batches.length === 1);
    const stopped = validator.stop();
    await lane.until(() => lane.received.some(({ $case }) => $case === 'drain'));
    const readiness = await fetch(`http://127.0.0.1:${validator.httpPort}/readyz`);
    expect([readiness.status, await readiness.text()]).toEqual([503, 'stopping\n']);
    idle.halfClose();
    lane.halfClose();
    gate.open();
    expect(await lane.ended()).toBe(status.OK);
    expect(await idle.ended()).toBe(status.OK);
    expect(results(lane.outcomes)).toEqual([applied]);
    await stopped;
  });

  test('a client that does not heed Drain gets DRAINING for what is not begun', async () => {
    await start({ DRAIN_TIMEOUT_MS: '400' });
    const lane = await openLane();
    const stopped = validator.stop();
    do lane.send([goodBook(1)]);
    while (results(await lane.answered(lane.outcomes.length + 1)).at(-1)?.[0] === Result.APPLIED);
    expect(results(lane.outcomes).at(-1)).toEqual([Result.NOT_APPLIED, NotAppliedReason.DRAINING]);
    lane.halfClose();
    expect(await lane.ended()).toBe(status.OK);
    await stopped;
  });

  test('a new lane is sent elsewhere while the service stops', async () => {
    await start();
    const lane = await openLane();
    const stopped = validator.stop();
    await lane.until(() => lane.received.length === 2);
    const late = connect();
    late.open();
    expect(await late.ended()).toBe(status.UNAVAILABLE);
    lane.halfClose();
    await stopped;
  });
});

test('readiness follows the inserter', async () => {
  const port = await freePort();
  validator = await startValidator(await inserter.start(port));
  const readyz = async () => (await fetch(`http://127.0.0.1:${validator.httpPort}/readyz`)).status;
  await openLane();
  expect(await readyz()).toBe(200);
  inserter.stop();
  while ((await readyz()) !== 503);
  inserter = new FakeInserter();
  await inserter.start(port);
  while ((await readyz()) !== 200);
});

test('a large batch lets other lanes pass', async () => {
  await start();
  const large = await openLane();
  const small = await openLane();
  large.send(Array.from({ length: 20_000 }, (_, id) => goodBook(id)));
  small.send([goodBook(1)]);
  await small.answered(1);
  expect(large.outcomes).toEqual([]);
  await large.answered(1);
  expect(large.outcomes[0]).toMatchObject({ result: Result.APPLIED, writtenRows: 20_000 });
});

const emptyOutcome: Outcome = {
  sequence: 0n,
  result: Result.APPLIED,
  reason: 0,
  failure: undefined,
  timing: undefined,
  rejections: [],
  writtenRows: 0,
  supersededRows: 0,
  stopped: false,
  writtenOffsets: [],
  deletedRows: 0,
  filteredRows: 0,
};
