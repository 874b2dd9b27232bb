import type { KafkaRecord } from '@millrace/lanes';
import type { KafkaMessage } from 'kafkajs';
import { headersOf } from './header-hooks.ts';
import { isSmallPart } from './own-record-set.ts';

/**
 * A fetched batch's messages as records. kafkajs cuts them out of the whole response of a broker, which may be 50 MB
 * and would stay in memory as long as any record of it waits: they are copied out where they are a small part of it.
 */
export function recordsOf(messages: readonly KafkaMessage[]): KafkaRecord[] {
  const records = messages.map(({ offset, timestamp, key, value, headers }) => ({
    offset: BigInt(offset),
    timestampMs: BigInt(timestamp),
    key,
    value,
    headers: headersOf(headers),
  }));
  const parts = records.flatMap(buffersOf);
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const held = new Set(parts.map(({ buffer }) => buffer));
  const heldBytes = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return isSmallPart(bytes, heldBytes) ? records.map(copied(bytes)) : records;
}

function buffersOf({ key, value, headers }: KafkaRecord): Buffer[] {
  return [key, value, ...headers.map((header) => header.value)].filter((part) => Buffer.isBuffer(part));
}

/** Copies records into one buffer of their own. */
function copied(bytes: number): (record: KafkaRecord) => KafkaRecord {
  const target = Buffer.allocUnsafeSlow(bytes);
  let end = 0;
  const copy = (part: Buffer): Buffer => {
    const start = end;
    end += part.copy(target, start);
    return target.subarray(start, end);
  };
  return ({ offset, timestampMs, key, value, headers }) => ({
    offset,
    timestampMs,
    key: key && copy(key),
    value: value && copy(value),
    headers: headers.map((header) => ({ name: header.name, value: header.value && copy(header.value) })),
  });
}
