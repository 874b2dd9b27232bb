import { FieldType, NotAppliedReason, Outcome, Result } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { CollectionGate } from './collection-gate.ts';
import { Entries } from './entries.ts';
import { type BatchOptions, entityBatch } from './testing/entity-batch.ts';
import { WriteQueue } from './write-queue.ts';

const fields = [{ name: 'id', type: FieldType.INT64 }];

function rows(sequence: bigint, options: BatchOptions = {}): Entries {
  return new Entries(entityBatch(fields, [{ id: sequence }], { sequence, ...options }));
}

const applied = (part: Entries) => Outcome.fromPartial({ sequence: part.batch.sequence, result: Result.APPLIED });

/** A writer whose writes end when the test says so. */
class Writer {
  readonly begun: {
    readonly name: string;
    readonly sequences: readonly bigint[];
    goesOn(): boolean;
    end(result?: Result): Promise<void>;
  }[] = [];
  running = 0;
  runningMax = 0;

  write(name: string) {
    return async (parts: readonly Entries[], goesOn: () => boolean): Promise<readonly Outcome[]> => {
      this.running += 1;
      this.runningMax = Math.max(this.runningMax, this.running);
      const { promise, resolve } = Promise.withResolvers<Result>();
      this.begun.push({
        name,
        sequences: parts.map(({ batch }) => batch.sequence),
        goesOn,
        end: async (result = Result.APPLIED) => {
          resolve(result);
          await settled();
        },
      });
      const result = await promise;
      this.running -= 1;
      return parts.map((part) => ({ ...applied(part), result }));
    };
  }
}

/** Lets everything run that needs no time. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

interface TestQueue {
  readonly queue: WriteQueue;
  readonly answers: Outcome[];
}

function newQueue(
  writer: Writer,
  { gate = new CollectionGate(8), name = '', writeBytesMax = 1_000_000 } = {},
): TestQueue {
  const answers: Outcome[] = [];
  const queue = new WriteQueue({
    gate,
    writeBytesMax,
    write: writer.write(name),
    answer: (outcome) => answers.push(outcome),
    failed: (error) => expect.unreachable(String(error)),
  });
  return { queue, answers };
}

const told = ({ answers }: TestQueue) => answers.map(({ sequence, result, reason }) => [sequence, result, reason]);

test('what comes while a write runs is merged into the next, in order, one write at a time', async () => {
  const writer = new Writer();
  const stripe = newQueue(writer);
  for (const sequence of [1n, 2n, 3n, 4n]) stripe.queue.push(rows(sequence));
  await settled();
  expect(writer.begun.map(({ sequences }) => sequences)).toEqual([[1n]]);
  expect(stripe.queue.queued).toBe(4);
  await writer.begun[0]?.end();
  expect(writer.begun.map(({ sequences }) => sequences)).toEqual([[1n], [2n, 3n, 4n]]);
  stripe.queue.push(rows(5n));
  await writer.begun[1]?.end();
  await writer.begun[2]?.end();
  expect(stripe.answers.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n, 5n]);
  expect([writer.runningMax, stripe.queue.queued]).toEqual([1, 0]);
});

test('a merged write holds one schema version and no more bytes than allowed', async () => {
  const writer = new Writer();
  const other = { version: { collectionId: 1n, schemaTimestamp: 9n, fingerprint: 'f' } };
  const { queue } = newQueue(writer, { writeBytesMax: 40 });
  queue.push(rows(1n));
  // 17 bytes each: two fit into 40.
  for (const sequence of [2n, 3n, 4n]) queue.push(rows(sequence));
  for (const sequence of [5n, 6n]) queue.push(rows(sequence, other));
  for (let write = 0; write < 4; write++) {
    await settled();
    await writer.begun[write]?.end();
  }
  expect(writer.begun.map(({ sequences }) => sequences)).toEqual([[1n], [2n, 3n], [4n], [5n, 6n]]);
});

test('a batch larger than a write may be is written alone', async () => {
  const writer = new Writer();
  const { queue } = newQueue(writer, { writeBytesMax: 1 });
  queue.push(rows(1n));
  queue.push(rows(2n));
  await settled();
  await writer.begun[0]?.end();
  expect(writer.begun.map(({ sequences }) => sequences)).toEqual([[1n], [2n]]);
});

test.each([[Result.NOT_APPLIED], [Result.INDEFINITE]])(
  'after an outcome %i nothing behind it is started, also not what comes later',
  async (result) => {
    const writer = new Writer();
    const stripe = newQueue(writer);
    for (const sequence of [1n, 2n, 3n]) stripe.queue.push(rows(sequence));
    await settled();
    await writer.begun[0]?.end(result);
    stripe.queue.push(rows(4n));
    await settled();
    expect(writer.begun).toHaveLength(1);
    expect(told(stripe)).toEqual([
      [1n, result, NotAppliedReason.UNSPECIFIED],
      ...[2n, 3n, 4n].map((sequence) => [sequence, Result.NOT_APPLIED, NotAppliedReason.NOT_STARTED]),
    ]);
  },
);

test('when it ends, a write in flight runs to its end and what waits is answered with the reason', async () => {
  const writer = new Writer();
  const stripe = newQueue(writer);
  for (const sequence of [1n, 2n]) stripe.queue.push(rows(sequence));
  await settled();
  expect(writer.begun[0]?.goesOn()).toBe(true);
  stripe.queue.end(NotAppliedReason.DRAINING);
  expect(writer.begun[0]?.goesOn()).toBe(false);
  expect(told(stripe)).toEqual([]);
  let idle = false;
  void stripe.queue.idle().then(() => {
    idle = true;
  });
  await settled();
  expect(idle).toBe(false);
  await writer.begun[0]?.end();
  expect(told(stripe)).toEqual([
    [1n, Result.APPLIED, NotAppliedReason.UNSPECIFIED],
    [2n, Result.NOT_APPLIED, NotAppliedReason.DRAINING],
  ]);
  expect(idle).toBe(true);
});

test('a stripe that ends while it waits for its turn writes nothing', async () => {
  const writer = new Writer();
  const gate = new CollectionGate(1);
  const [first, second] = [newQueue(writer, { gate, name: 'a' }), newQueue(writer, { gate, name: 'b' })];
  first.queue.push(rows(1n));
  second.queue.push(rows(1n));
  await settled();
  second.queue.end(NotAppliedReason.DRAINING);
  await writer.begun[0]?.end();
  await settled();
  expect(writer.begun.map(({ name }) => name)).toEqual(['a']);
  expect(told(second)).toEqual([[1n, Result.NOT_APPLIED, NotAppliedReason.DRAINING]]);
});

test('stripes take turns under the limit of their collection', async () => {
  const writer = new Writer();
  const gate = new CollectionGate(2);
  const names = ['a', 'b', 'c'];
  const queues = names.map((name) => newQueue(writer, { gate, name, writeBytesMax: 1 }).queue);
  for (const queue of queues) for (const sequence of [1n, 2n, 3n]) queue.push(rows(sequence));
  for (let write = 0; write < 9; write++) {
    await settled();
    await writer.begun[write]?.end();
  }
  expect(writer.begun.map(({ name }) => name).join('')).toBe('abcabcabc');
  expect([writer.runningMax, gate.running, gate.waiting]).toEqual([2, 0, 0]);
});

test('a lower limit holds for the writes that follow', async () => {
  const writer = new Writer();
  const gate = new CollectionGate(2);
  for (const name of ['a', 'b', 'c']) newQueue(writer, { gate, name }).queue.push(rows(1n));
  await settled();
  gate.limit = 1;
  await writer.begun[0]?.end();
  expect(writer.begun).toHaveLength(2);
  await writer.begun[1]?.end();
  expect(writer.begun).toHaveLength(3);
});

test('a write that throws is told, and nothing behind it is started', async () => {
  const failures: unknown[] = [];
  const queue = new WriteQueue({
    gate: new CollectionGate(1),
    writeBytesMax: 1,
    write: async () => {
      throw new Error('a bug');
    },
    answer: (outcome) => expect.unreachable(String(outcome.sequence)),
    failed: (error) => failures.push(error),
  });
  queue.push(rows(1n));
  queue.push(rows(2n));
  await settled();
  expect(failures).toEqual([new Error('a bug')]);
  await queue.idle();
});
