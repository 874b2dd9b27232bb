import type { KafkaMessage } from 'kafkajs';
import type { KafkaRecord, RecordHeaders } from './kafka-record.ts';

/** Bytes that records may hold on to beyond twice their own. */
const slackBytes = 64 * 1024;

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
  return heldBytes <= 2 * bytes + slackBytes ? records : records.map(copied(bytes));
}

/**
 * Headers by name. kafkajs collects them on a plain object, so that a header named like a member of every object
 * (`toString`, `__proto__`) comes with that member in front of its values: what is no bytes is left out.
 */
function headersOf(headers: KafkaMessage['headers']): RecordHeaders {
  const found: Record<string, Buffer | Buffer[]> = Object.create(null);
  for (const [name, value] of Object.entries(headers ?? {})) {
    // A header without a value: kafkajs cannot write it again, so it becomes an empty one.
    const values = [value].flat().map((each) => (each === null ? Buffer.alloc(0) : each));
    const bytes = values.filter((each) => Buffer.isBuffer(each));
    const [first] = bytes;
    if (first) found[name] = bytes.length === 1 ? first : bytes;
  }
  return found;
}

function buffersOf({ key, value, headers }: KafkaRecord): Buffer[] {
  return [key, value, ...Object.values(headers).flat()].filter((part) => Buffer.isBuffer(part));
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
  return ({ offset, timestampMs, key, value, headers }) => {
    const own: Record<string, RecordHeaders[string]> = Object.create(null);
    for (const [name, each] of Object.entries(headers)) {
      own[name] = Buffer.isBuffer(each) ? copy(each) : each?.map(copy);
    }
    return { offset, timestampMs, key: key && copy(key), value: value && copy(value), headers: own };
  };
}
