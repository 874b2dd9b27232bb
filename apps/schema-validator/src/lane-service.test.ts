import { Result } from '@millrace/contracts';
import { FakeInserter } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { books, goodBook } from './testing/collections.ts';
import { LaneClient } from './testing/lane-client.ts';
import { startValidator } from './testing/running-validator.ts';

let inserter: FakeInserter;
let validator: RunningService;
let clients: LaneClient[];

beforeEach(async () => {
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

async function openLane(more: Parameters<LaneClient['open']>[0] = {}): Promise<LaneClient> {
  const client = new LaneClient(validator.grpcPort);
  clients.push(client);
  client.open(more);
  await client.first();
  return client;
}

describe('a lane', () => {
  test('turns records into columns and answers each batch once, in order', async () => {
    await start();
    const lane = await openLane();
    expect(lane.received[0]).toMatchObject({ $case: 'opened', value: { grantBatches: 8 } });
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
    expect(batch?.columns.map(({ fieldName }) => fieldName)).toEqual(['id', 'title', 'title_vector']);
    lane.halfClose();
    expect(await lane.ended()).toBe(0);
  });
});
