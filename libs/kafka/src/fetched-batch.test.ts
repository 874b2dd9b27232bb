/// <reference path="../test/untyped-modules.d.ts" />
import KafkajsBatch from 'kafkajs/src/consumer/batch.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import { expect, test } from 'vitest';
import { endOfTransaction, recordOf, writtenBatch } from '../test/written-sets.ts';
import { leaveRecordSet } from './fetch-response.ts';
import { FetchedBatch } from './fetched-batch.ts';

const of = (fetchedOffset: number, rawMessages: object, highWatermark = '20') => ({
  topic: 'docs',
  partition: 3,
  fetchedOffset: String(fetchedOffset),
  highWatermark,
  rawMessages,
});

async function read(bytes: Buffer, from = 0): Promise<FetchedBatch> {
  const batch = await FetchedBatch.read(of(from, leaveRecordSet({ bytes, aborted: [] })));
  if (!batch) throw new Error('it was not left to be read');
  return batch;
}

async function readByKafkajs(bytes: Buffer, from = 0) {
  const sized = Buffer.concat([Buffer.alloc(4), bytes]);
  sized.writeInt32BE(bytes.length);
  const messages = await decodeMessages(new Decoder(sized));
  return new KafkajsBatch('docs', String(from), {
    partition: 3,
    highWatermark: '20',
    abortedTransactions: [],
    messages,
  });
}

const answers = (batch: FetchedBatch | Awaited<ReturnType<typeof readByKafkajs>>) => ({
  topic: batch.topic,
  partition: batch.partition,
  highWatermark: batch.highWatermark,
  isEmpty: batch.isEmpty(),
  isFiltered: batch.isEmptyDueToFiltering(),
  count: batch.messages.length,
  lastOffset: batch.lastOffset(),
  lag: batch.offsetLag(),
});

test('it answers as the batch of kafkajs whose place it takes', async () => {
  const records = await writtenBatch({ baseOffset: 4, records: [recordOf(0), recordOf(1), recordOf(2)] });
  const controls = await endOfTransaction(7, 1, 'commit');
  for (const bytes of [records, controls, Buffer.concat([records, controls])]) {
    for (const from of [4, 5])
      expect(answers(await read(bytes, from))).toEqual(answers(await readByKafkajs(bytes, from)));
  }
  const [ours, theirs] = [await read(records, 5), await readByKafkajs(records, 5)];
  expect(ours.firstOffset()).toBe(theirs.firstOffset());
  expect(ours.offsetLagLow()).toBe(theirs.offsetLagLow());
});

test('the next fetch begins behind the last batch, also where compaction has emptied its end or all of it', async () => {
  const end = await read(await writtenBatch({ baseOffset: 4, lastOffsetDelta: 9, records: [recordOf(0)] }), 4);
  expect(end.fetched).toMatchObject({ nextOffset: 14n, highWatermark: 20n });
  const empty = await read(await writtenBatch({ baseOffset: 4, lastOffsetDelta: 9, records: [] }), 4);
  expect(empty.isEmptyDueToFiltering()).toBe(true);
  expect(empty.lastOffset()).toBe('13');
});

test('a fetch that brought no whole batch has nothing to tell of offsets', async () => {
  const bytes = await writtenBatch({ baseOffset: 4, records: [recordOf(0)] });
  const cut = await read(bytes.subarray(0, -1), 4);
  expect([cut.isEmpty(), cut.isEmptyDueToFiltering()]).toEqual([true, false]);
});

test('what kafkajs has read stays its own, and a batch that keeps nothing of it is refused', async () => {
  expect(await FetchedBatch.read(of(4, []))).toBeUndefined();
  const { rawMessages: _none, ...batch } = of(4, []);
  await expect(FetchedBatch.read(batch)).rejects.toThrow('no longer keeps');
});

test('a record counts for all of its bytes while it waits', async () => {
  const headers = [{ name: 'n'.repeat(50), value: Buffer.alloc(100) }];
  const [record] = (await read(await writtenBatch({ records: [recordOf(0, { key: Buffer.alloc(30), headers })] })))
    .messages;
  expect(record?.heldBytes).toBeGreaterThanOrEqual(32 + 30 + 7 + 150);
  expect(record?.heldBytes).toBeLessThan(32 + 30 + 7 + 150 + 20);
});
