import { ManualClock } from '@millrace/delivery';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConnectorProgress, type Reader } from './connector-progress.ts';

const timeoutMs = 10_000;

class FakeLane {
  readonly at;
  fetches = 0;
  isReading = true;
  unreadRecords: bigint;

  constructor(partition: number, unreadRecords: bigint) {
    this.at = { topic: 'books', partition, collection: 'books' };
    this.unreadRecords = unreadRecords;
  }

  endsAt(offset: bigint): void {
    this.unreadRecords = offset;
  }
}

let clock: ManualClock;
let source: { isJoined: boolean; turns: number; ends: bigint | Error };
let lanes: FakeLane[];
let reader: Reader;
let hung: string[];
let told: string[];
let progress: ConnectorProgress;

beforeEach(() => {
  clock = new ManualClock();
  source = { isJoined: true, turns: 0, ends: 0n };
  lanes = [new FakeLane(0, 57n)];
  hung = [];
  told = [];
  reader = { source: sourceOf(), tries: 1, lanes };
  progress = new ConnectorProgress({
    clock,
    timeoutMs,
    connector: 'shop',
    reader: () => ({ ...reader, lanes }),
    events: { stalled: ({ message }) => told.push(message), endsUnknown: (error) => told.push(String(error)) },
    hangs: (message) => hung.push(message),
  });
  progress.start();
});

function sourceOf(): NonNullable<Reader['source']> {
  return {
    get isJoined() {
      return source.isJoined;
    },
    get turns() {
      return source.turns;
    },
    inspect: async (partitions) => {
      const { ends } = source;
      if (ends instanceof Error) throw ends;
      return partitions.map(({ topic, partition }) => ({ topic, partition, low: 0n, high: ends, topicId: undefined }));
    },
  };
}

/** Time passes; meanwhile what is named shows life. */
async function pass(spanMs: number, alive: { loop?: boolean; lanes?: FakeLane[] } = {}): Promise<void> {
  for (let passedMs = 0; passedMs < spanMs; passedMs += 100) {
    if (alive.loop) source.turns += 1;
    for (const lane of alive.lanes ?? []) lane.fetches += 1;
    clock.advance(100);
    await Promise.resolve();
  }
}

describe('a connector makes no progress', () => {
  test('a partition with records that the loop passes by is named, and ends the process if it lasts', async () => {
    source.ends = 57n;
    await pass(timeoutMs + 1_000, { loop: true });
    expect(progress.stall).toMatchObject({
      code: 'kafka.no_progress',
      message: 'books-0 has had no fetch, with 57 records to read, for 10 s',
      needsAction: false,
    });
    expect([told.length, hung]).toEqual([1, []]);
    await pass(timeoutMs - 2_000, { loop: true });
    expect(hung).toEqual([]);
    await pass(2_000, { loop: true });
    expect(hung[0]).toBe('books-0 has had no fetch, with 57 records to read, for 20 s');
  });

  test('a fetch that comes after all ends the stall', async () => {
    source.ends = 57n;
    await pass(timeoutMs + 1_000, { loop: true });
    await pass(timeoutMs * 3, { loop: true, lanes });
    expect([progress.stall, hung]).toEqual([undefined, []]);
  });

  test('a partition that is paused or stopped is not missed, nor one without records', async () => {
    const [paused, empty] = [new FakeLane(1, 5n), new FakeLane(2, 0n)];
    paused.isReading = false;
    lanes = [paused, empty];
    await pass(timeoutMs * 4, { loop: true });
    expect([progress.stall, hung]).toEqual([undefined, []]);
  });

  test('records that come to a partition that is not fetched are found out about', async () => {
    const lane = new FakeLane(0, 0n);
    lanes = [lane];
    source.ends = 3n;
    await pass(timeoutMs + 1_000, { loop: true });
    expect(progress.stall?.message).toContain('books-0 has had no fetch, with 3 records to read,');
  });

  test('where the ends cannot be found out, it is said, and nothing is claimed', async () => {
    lanes = [new FakeLane(0, 0n)];
    source.ends = new Error('no broker');
    await pass(timeoutMs * 3, { loop: true });
    expect([progress.stall, hung]).toEqual([undefined, []]);
    expect(told[0]).toBe('Error: no broker');
  });

  test('a loop that stands still is a stall without any partition', async () => {
    lanes = [];
    await pass(timeoutMs + 1_000);
    expect(progress.stall?.message).toBe('connector shop is in its group and has fetched nothing for 10 s');
    await pass(timeoutMs);
    expect(hung).not.toEqual([]);
  });

  test('a join that does not end is a stall, each try for itself, and the wait for the next try is none', async () => {
    source.isJoined = false;
    await pass(timeoutMs - 1_000);
    reader = { ...reader, tries: 2 };
    await pass(timeoutMs - 1_000);
    expect(progress.stall).toBeUndefined();
    await pass(2_000);
    expect(progress.stall?.message).toContain('connector shop has been joining its group');
    reader = { ...reader, source: undefined };
    await pass(timeoutMs * 3);
    expect([progress.stall, hung]).toEqual([undefined, []]);
  });

  test('nothing is looked at after the end', async () => {
    progress.end();
    await pass(timeoutMs * 3);
    expect(progress.stall).toBeUndefined();
  });
});
