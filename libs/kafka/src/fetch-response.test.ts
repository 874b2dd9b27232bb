/// <reference path="../test/untyped-modules.d.ts" />
import fc from 'fast-check';
import ofKafkajs from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { expect, test } from 'vitest';
import { endOfTransaction, recordOf, writtenBatch } from '../test/written-sets.ts';
import { decodeFetchResponse, rawRecordSetOf } from './fetch-response.ts';
import { frameBuffers } from './frame-buffers.ts';

const int16 = (value: number): Buffer => Buffer.from([(value >> 8) & 0xff, value & 0xff]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};
const listOf = <Item>(items: readonly Item[], write: (item: Item) => Buffer): Buffer =>
  Buffer.concat([int32(items.length), ...items.map(write)]);

interface Part {
  readonly partition: number;
  readonly errorCode: number;
  readonly ends: readonly [bigint, bigint, bigint];
  readonly aborted: readonly (readonly [bigint, bigint])[];
  readonly replica: number;
  readonly set: Buffer;
}

const partBytes = ({ partition, errorCode, ends, aborted, replica, set }: Part): Buffer =>
  Buffer.concat([
    int32(partition),
    int16(errorCode),
    ...ends.map(int64),
    listOf(aborted, ([producerId, firstOffset]) => Buffer.concat([int64(producerId), int64(firstOffset)])),
    int32(replica),
    int32(set.length),
    set,
  ]);

function responseBytes(topics: readonly (readonly [string, readonly Part[]])[], throttleMs = 0): Buffer {
  const topic = ([name, parts]: readonly [string, readonly Part[]]): Buffer =>
    Buffer.concat([int16(Buffer.byteLength(name)), Buffer.from(name), listOf(parts, partBytes)]);
  return Buffer.concat([int32(throttleMs), int16(0), int32(0), listOf(topics, topic)]);
}

const long = fc.bigInt({ min: -1n, max: 2n ** 62n });
const head = fc.record({
  partition: fc.nat(),
  errorCode: fc.constantFrom(0, 1, 3),
  ends: fc.tuple(long, long, long),
  aborted: fc.array(fc.tuple(long, long), { maxLength: 3 }),
  replica: fc.integer({ min: -1, max: 9 }),
});

/** Record sets are left as they are, all else is as kafkajs reads it. */
test('an answer to a fetch is what kafkajs makes of it, but for its records', async () => {
  const sets = [
    Buffer.alloc(0),
    await writtenBatch({ baseOffset: 3, records: [recordOf(0), recordOf(1)] }),
    await endOfTransaction(5, 1, 'commit'),
  ];
  const part = fc.tuple(head, fc.constantFrom(...sets)).map(([of, set]): Part => ({ ...of, set }));
  const topics = fc.array(fc.tuple(fc.constantFrom('docs', 'bücher'), fc.array(part, { maxLength: 4 })), {
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(topics, fc.nat(), async (given, throttleMs) => {
      const bytes = responseBytes(given, throttleMs);
      const raw: unknown[] = [];
      const seen = JSON.stringify(await decodeFetchResponse(bytes), (name, value) => {
        if (name !== 'messages') return value;
        raw.push(rawRecordSetOf(value)?.bytes ?? Buffer.alloc(0));
        return [];
      });
      const expected = JSON.stringify(await ofKafkajs.decode(bytes), (name, value) =>
        name === 'messages' ? [] : value,
      );
      expect(JSON.parse(seen)).toEqual(JSON.parse(expected));
      expect(raw).toEqual(given.flatMap(([, parts]) => parts.map(({ set }) => set)));
    }),
  );
});

const at: Omit<Part, 'set'> = { partition: 0, errorCode: 0, ends: [9n, 9n, 0n], aborted: [], replica: -1 };

test('a set in an older format is read by kafkajs', async () => {
  const value = Buffer.from('{"id":1}');
  // Magic 1: CRC, magic, attributes, timestamp, key, value.
  const message = Buffer.concat([int32(0), Buffer.from([1, 0]), int64(5n), int32(-1), int32(value.length), value]);
  const set = Buffer.concat([int64(7n), int32(message.length), message]);
  const bytes = responseBytes([
    [
      'docs',
      [
        { ...at, set },
        { ...at, partition: 1, set: await writtenBatch({}) },
      ],
    ],
  ]);
  const { responses } = (await decodeFetchResponse(bytes)) as {
    responses: { partitions: { partition: number; messages: object[] }[] }[];
  };
  const [older, newer] = responses[0]?.partitions ?? [];
  expect(older?.messages).toMatchObject([{ offset: '7', value }]);
  expect(rawRecordSetOf(older?.messages ?? [])).toBeUndefined();
  expect(newer).toMatchObject({ partition: 1, messages: [] });
  expect(rawRecordSetOf(newer?.messages ?? [])?.bytes.length).toBe(61);
});

const answerOf = (partitions: number): Promise<readonly Part[]> =>
  Promise.all(
    Array.from({ length: partitions }, async (_, partition): Promise<Part> => {
      const records = [recordOf(0, { value: Buffer.alloc(60_000, partition + 1) })];
      return { ...at, partition, set: await writtenBatch({ records }) };
    }),
  );

/** Decodes an answer as a socket has read it, and then writes over its memory if that is lent to somebody else. */
async function decodedAndOverwritten(parts: readonly Part[]): Promise<{ isReused: boolean; sets: unknown[] }> {
  const bytes = responseBytes([['docs', parts]]);
  const frame = frameBuffers.lend(bytes.length);
  bytes.copy(frame);
  const { responses } = (await decodeFetchResponse(frame)) as { responses: { partitions: { messages: object[] }[] }[] };
  const next = frameBuffers.lend(bytes.length);
  next.fill(0xff);
  const sets = responses.flatMap(({ partitions }) => partitions.map(({ messages }) => rawRecordSetOf(messages)?.bytes));
  return { isReused: next.buffer === frame.buffer, sets };
}

test('the memory of an answer is lent again where its sets are elsewhere by then, and only there', async () => {
  for (const [partitions, isReused] of [
    [4, true],
    [1, false],
  ] as const) {
    const parts = await answerOf(partitions);
    expect(await decodedAndOverwritten(parts)).toEqual({ isReused, sets: parts.map(({ set }) => set) });
  }
});

test('the memory of an answer in an older format is not lent again: kafkajs keeps views of it', async () => {
  const [first, ...others] = await answerOf(4);
  const set = Buffer.from(first?.set ?? []);
  set[16] = 1;
  // Nothing of it but the format is one of that time, so kafkajs finds no message in it.
  const older = { ...at, partition: 9, set };
  expect(await decodedAndOverwritten([older, ...others])).toMatchObject({ isReused: false });
});

test('a set that is cut off before it tells its format brings nothing', async () => {
  const bytes = responseBytes([['docs', [{ ...at, set: Buffer.alloc(12) }]]]);
  expect(await decodeFetchResponse(bytes)).toMatchObject({ responses: [{ partitions: [{ messages: [] }] }] });
});
