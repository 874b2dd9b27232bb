/// <reference path="../test/untyped-modules.d.ts" />
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import KafkajsBatch from 'kafkajs/src/consumer/batch.js';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression/index.js';
import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import { expect, test } from 'vitest';
import {
  emptyBatch,
  endOfTransaction,
  recordOf,
  type WrittenBatch,
  type WrittenRecord,
  writtenBatch,
} from '../test/written-sets.ts';
import { registerCodecs } from './compression.ts';
import { recordsOf } from './fetched-records.ts';
import { installHeaderHooks } from './header-hooks.ts';
import { BrokenRecordSetError } from './record-reader.ts';
import { type AbortedTransaction, readRecordSet, type Unpack } from './record-set.ts';

installHeaderHooks();
registerCodecs();
const unpack: Unpack = (attributes) => lookupCodecByAttributes(attributes) ?? undefined;

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.from(part)));

/** Names that trip objects up among them. */
const headerName = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('', 'toString', '__proto__', 'ä'));

const record = fc.record({
  timestampDelta: fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 })),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.record({ name: headerName, value: bytes }), { maxLength: 3 }),
});

/** Batches as compaction leaves them: with gaps between records, before the end, and where whole batches were. */
const writtenBatches = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 3 }),
      tail: fc.nat({ max: 3 }),
      records: fc.array(fc.record({ gap: fc.nat({ max: 3 }), record }), { minLength: 1, maxLength: 6 }),
      baseTimestamp: fc.integer({ min: 0, max: 2 ** 42 }),
      isAppendTime: fc.boolean(),
      compression: fc.constantFrom(0, 0, 1),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((shapes) => fc.record({ shapes: fc.constant(shapes), start: fc.integer({ min: 0, max: 2 ** 45 }) }))
  .map(({ shapes, start }): WrittenBatch[] => {
    let next = start;
    return shapes.map(({ gap, tail, records, ...more }) => {
      const baseOffset = next + gap;
      let delta = -1;
      const written = records.map(({ gap: between, record: each }): WrittenRecord => {
        delta += 1 + between;
        return { offsetDelta: delta, ...each };
      });
      next = baseOffset + delta + tail + 1;
      const maxTimestamp = more.baseTimestamp + 7;
      return { ...emptyBatch, ...more, baseOffset, lastOffsetDelta: delta + tail, records: written, maxTimestamp };
    });
  });

interface Plain {
  readonly offset: bigint;
  readonly timestampMs: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly unknown[];
}

const plain = ({ offset, timestampMs, key, value, headers }: Plain): Plain => ({
  offset,
  timestampMs,
  key,
  value,
  headers,
});

async function read(bytes: Buffer, from = 0n, aborted: AbortedTransaction[] = []) {
  const { records, nextOffset } = await readRecordSet({ bytes, aborted }, from, unpack);
  return { records: records.map(plain), nextOffset };
}

/** The same by kafkajs, as the consumer took it from there: the oracle. */
async function readByKafkajs(bytes: Buffer, from = 0n, aborted: AbortedTransaction[] = []): Promise<Plain[]> {
  const sized = Buffer.alloc(4 + bytes.length);
  sized.writeInt32BE(bytes.length);
  bytes.copy(sized, 4);
  const batch = new KafkajsBatch('docs', String(from), {
    partition: 0,
    highWatermark: '0',
    abortedTransactions: aborted.map(({ producerId, firstOffset }) => ({
      producerId: String(producerId),
      firstOffset: String(firstOffset),
    })),
    messages: await decodeMessages(new Decoder(sized)),
  });
  return recordsOf(batch.messages).map(plain);
}

const written = async (batches: readonly Partial<WrittenBatch>[]): Promise<Buffer> =>
  Buffer.concat(await Promise.all(batches.map(writtenBatch)));

const offsets = ({ records }: { records: readonly Plain[] }): number[] => records.map(({ offset }) => Number(offset));

test('records, from whatever offset, are those that kafkajs reads, and the next offset is behind the last batch', async () => {
  await fc.assert(
    fc.asyncProperty(writtenBatches, fc.nat({ max: 40 }), async (batches, skipped) => {
      const bytes = await written(batches);
      const from = BigInt((batches[0]?.baseOffset ?? 0) + skipped);
      const { records, nextOffset } = await read(bytes, from);
      expect(records).toEqual(await readByKafkajs(bytes, from));
      const last = batches.at(-1);
      expect(nextOffset).toBe(BigInt((last?.baseOffset ?? 0) + (last?.lastOffsetDelta ?? 0) + 1));
    }),
  );
});

test('a set that is cut off anywhere brings its whole batches, as kafkajs reads them', async () => {
  await fc.assert(
    fc.asyncProperty(writtenBatches, fc.double({ min: 0, max: 1, noNaN: true }), async (batches, share) => {
      const whole = await written(batches);
      // kafkajs fails where not even the format is told.
      const bytes = whole.subarray(0, Math.max(17, Math.floor(whole.length * share)));
      expect((await read(bytes)).records).toEqual(await readByKafkajs(bytes));
    }),
  );
});

test('bytes that are changed anywhere are read, or refused, but never read beyond', async () => {
  await fc.assert(
    fc.asyncProperty(writtenBatches, fc.nat(), fc.nat({ max: 255 }), async (batches, where, byte) => {
      const room = Buffer.alloc(1_000_000, 0xee);
      const [batch] = batches;
      // Its head may name any codec by then, which is another's business: only what stands behind the head is changed.
      const set = await writtenBatch({ ...batch, compression: 0 });
      set.copy(room);
      const bytes = room.subarray(0, set.length);
      const at = 61 + (where % (set.length - 61));
      bytes[at] = byte;
      try {
        for (const { key, value, headers } of (await read(bytes)).records) {
          const parts = [key, value, ...headers.map((header) => (header as { value: Buffer | null }).value)];
          for (const part of parts) if (part) expect(part.byteOffset + part.length).toBeLessThanOrEqual(set.length);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenRecordSetError);
      }
    }),
  );
});

test('records of transactions that were given up are left out, those of others and of later ones are not', async () => {
  const bytes = Buffer.concat([
    await writtenBatch({ baseOffset: 0, producerId: 7, isTransactional: true, records: [recordOf(0), recordOf(1)] }),
    await writtenBatch({ baseOffset: 2, producerId: 8, isTransactional: true, records: [recordOf(0)] }),
    await writtenBatch({ baseOffset: 3, producerId: 7, records: [recordOf(0)] }),
    await endOfTransaction(4, 7, 'abort'),
    await endOfTransaction(5, 8, 'commit'),
    await writtenBatch({ baseOffset: 6, producerId: 7, isTransactional: true, records: [recordOf(0)] }),
    await endOfTransaction(7, 7, 'commit'),
    await writtenBatch({ baseOffset: 8, producerId: 7, isTransactional: true, records: [recordOf(0)] }),
    await endOfTransaction(9, 7, 'abort'),
  ]);
  const aborted = [
    { producerId: 7n, firstOffset: 0n },
    { producerId: 7n, firstOffset: 8n },
  ];
  const set = await read(bytes, 0n, aborted);
  expect(offsets(set)).toEqual([2, 3, 6]);
  expect(set.records).toEqual(await readByKafkajs(bytes, 0n, aborted));
  expect(set.nextOffset).toBe(10n);
});

test('transactions that were given up later than others that began later are left out too', async () => {
  const bytes = Buffer.concat([
    await writtenBatch({ baseOffset: 0, producerId: 7, isTransactional: true, records: [recordOf(0)] }),
    await writtenBatch({ baseOffset: 1, producerId: 8, isTransactional: true, records: [recordOf(0)] }),
    await writtenBatch({ baseOffset: 2, records: [recordOf(0)] }),
    await endOfTransaction(3, 8, 'abort'),
    await endOfTransaction(4, 7, 'abort'),
  ]);
  const byTheirEnds = [
    { producerId: 8n, firstOffset: 1n },
    { producerId: 7n, firstOffset: 0n },
  ];
  expect(offsets(await read(bytes, 0n, byTheirEnds))).toEqual([2]);
});

test('a set of nothing but control records and empty batches is passed by', async () => {
  const bytes = Buffer.concat([
    await endOfTransaction(4, 7, 'commit'),
    await writtenBatch({ baseOffset: 5, lastOffsetDelta: 9, records: [] }),
  ]);
  expect(await read(bytes, 4n)).toEqual({ records: [], nextOffset: 15n });
});

test('whatever codec a batch names unpacks it, and one that nobody knows is refused', async () => {
  const bytes = await writtenBatch({ baseOffset: 5, records: [recordOf(0), recordOf(1)] });
  const packed = zstdCompressSync(bytes.subarray(61));
  const zstd = Buffer.concat([bytes.subarray(0, 61), packed]);
  zstd.writeInt32BE(zstd.length - 12, 8);
  zstd[22] = 4;
  expect((await read(zstd)).records).toEqual((await read(bytes)).records);
  zstd[22] = 1;
  await expect(read(zstd)).rejects.toThrow(/header/);
});

test('an older format behind this one ends the set', async () => {
  const older = await writtenBatch({ baseOffset: 1, records: [recordOf(0)] });
  older[16] = 1;
  const bytes = Buffer.concat([await writtenBatch({ baseOffset: 0, records: [recordOf(0)] }), older]);
  expect(await read(bytes)).toMatchObject({ nextOffset: 1n });
  expect(offsets(await read(bytes))).toEqual([0]);
});

test('a batch that is shorter than its head, and a record that is longer than its parts, are refused', async () => {
  const short = await writtenBatch({ records: [recordOf(0)] });
  short.writeInt32BE(20, 8);
  await expect(read(short)).rejects.toThrow('shorter than its head');
  const long = await writtenBatch({ records: [recordOf(0)] });
  // The last byte of the record tells how many headers there are.
  long[61] = (long[61] ?? 0) + 2;
  const longer = Buffer.concat([long, Buffer.alloc(1)]);
  longer.writeInt32BE(longer.length - 12, 8);
  await expect(read(longer)).rejects.toThrow('longer than its parts');
});
