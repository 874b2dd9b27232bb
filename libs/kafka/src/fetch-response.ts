// A program that imports this file has not read the declarations beside it.
/// <reference path="./untyped-modules.d.ts" />
import Decoder, { type DecoderPart } from 'kafkajs/src/protocol/decoder.js';
import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import { frameBuffers } from './frame-buffers.ts';
import { ownRecordSet } from './own-record-set.ts';
import { batchMagic, magicOf, type RawRecordSet } from './record-set.ts';

/** The version of the answer to a fetch that is read here, which every broker since Kafka 2.3 speaks. */
export const responseVersion = 11;

/** By the list of messages that kafkajs holds instead, which is empty. */
const rawSets = new WeakMap<object, RawRecordSet>();

/** An empty list of messages for kafkajs to hold in the place of a record set. */
export function leaveRecordSet(raw: RawRecordSet): unknown[] {
  const messages: unknown[] = [];
  rawSets.set(messages, raw);
  return messages;
}

/** What stands behind a list of messages that `leaveRecordSet` has made; undefined where kafkajs has read them. */
export function rawRecordSetOf(messages: object): RawRecordSet | undefined {
  return rawSets.get(messages);
}

/**
 * Reads the answer to a fetch into what kafkajs makes of it, but leaves record sets as they are: `rawRecordSetOf` finds
 * them. Sets in formats before Kafka 0.11 are read by kafkajs. Where nothing of what it returns lies in `bytes`, their
 * memory is used again for another answer.
 */
export async function decodeFetchResponse(bytes: Buffer): Promise<unknown> {
  const decoder = new Decoder(bytes);
  const kept = { inPlace: 0 };
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(async () => ({
    topicName: decoder.readString(),
    partitions: await decoder.readArrayAsync(() => decodePartition(decoder, kept)),
  }));
  if (kept.inPlace === 0) frameBuffers.giveBack(bytes);
  // The broker does not wait by itself; kafkajs does, by the client's side of the time.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

/** Lists of messages that lie in the response. */
interface Kept {
  inPlace: number;
}

async function decodePartition(decoder: DecoderPart, kept: Kept): Promise<unknown> {
  const head = {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: decoder.readInt64().toString(),
    lastStableOffset: decoder.readInt64().toString(),
    lastStartOffset: decoder.readInt64().toString(),
  };
  const aborted = decoder.readArray(() => ({ producerId: decoder.readInt64(), firstOffset: decoder.readInt64() }));
  const abortedTransactions = aborted.map(({ producerId, firstOffset }) => ({
    producerId: producerId.toString(),
    firstOffset: firstOffset.toString(),
  }));
  const preferredReadReplica = decoder.readInt32();
  return { ...head, abortedTransactions, preferredReadReplica, messages: await messagesOf(decoder, aborted, kept) };
}

async function messagesOf(decoder: DecoderPart, aborted: RawRecordSet['aborted'], kept: Kept): Promise<unknown[]> {
  const { buffer, offset } = decoder;
  const length = decoder.readInt32();
  if (length <= 0 || !decoder.canReadBytes(length)) return [];
  const bytes = buffer.subarray(decoder.offset, decoder.offset + length);
  const magic = magicOf(bytes);
  if (magic !== undefined && magic < batchMagic) {
    decoder.offset = offset;
    kept.inPlace += 1;
    return decodeMessages(decoder);
  }
  decoder.forward(length);
  const own = ownRecordSet(bytes);
  if (own === bytes) kept.inPlace += 1;
  return leaveRecordSet({ bytes: own, aborted });
}
