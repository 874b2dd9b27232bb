import type { KafkaCluster } from 'kafkajs/src/consumer/consumerGroup.js';

/** Metadata in version 10, the first one that tells topic ids (KIP-516, Kafka 2.8). kafkajs speaks version 6. */
const metadata = { apiKey: 3, apiVersion: 10, apiName: 'Metadata' } as const;

const noId = '0'.repeat(32);

/**
 * The ids of topics, as hexadecimal digits: a topic that is deleted and created again has another one. Topics that do
 * not exist, or may not be seen, are left out; so are all of them where the brokers are too old to tell.
 *
 * @throws when no broker answers
 */
export async function fetchTopicIds(
  cluster: KafkaCluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const broker = await cluster.findControllerBroker();
  if ((broker.versions?.[metadata.apiKey]?.maxVersion ?? 0) < metadata.apiVersion) return new Map();
  return broker.connectionPool.send({
    request: { ...metadata, encode: async () => encoded(topics) },
    response: { decode: async (bytes) => topicIdsIn(bytes), parse: async (ids) => ids },
  });
}

/** A request's body. The empty tag section in front belongs to the header that flexible versions have. */
function encoded(topics: readonly string[]): { buf: Buffer; buffer: Buffer } {
  const parts: Buffer[] = [noTags, compactLength(topics.length)];
  for (const topic of topics) {
    const name = Buffer.from(topic);
    parts.push(Buffer.alloc(16), compactLength(name.length), name, noTags);
  }
  // No topic is to be created, no authorized operations are asked for.
  const buffer = Buffer.concat([...parts, Buffer.alloc(3), noTags]);
  return { buf: buffer, buffer };
}

const noTags = Buffer.alloc(1);

/** Compact strings and arrays are one longer than they are, as an unsigned varint. */
function compactLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length + 1;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** The ids in a response. @throws RangeError when it is cut short */
export function topicIdsIn(response: Buffer): ReadonlyMap<string, string> {
  const bytes = new ResponseBytes(response);
  bytes.skipTags();
  bytes.skip(4);
  bytes.list(() => {
    bytes.skip(4);
    bytes.text();
    bytes.skip(4);
    bytes.text();
    bytes.skipTags();
  });
  bytes.text();
  bytes.skip(4);
  const ids = new Map<string, string>();
  bytes.list(() => {
    const isKnown = bytes.take(2).readInt16BE() === 0;
    const topic = bytes.text();
    const id = bytes.take(16).toString('hex');
    if (isKnown && id !== noId) ids.set(topic, id);
    bytes.skip(1);
    bytes.list(() => {
      bytes.skip(2 + 4 + 4 + 4);
      for (let lists = 0; lists < 3; lists++) bytes.list(() => bytes.skip(4));
      bytes.skipTags();
    });
    bytes.skip(4);
    bytes.skipTags();
  });
  return ids;
}

/** Kafka's flexible encoding, front to back. */
class ResponseBytes {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('a response about topics is cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  skip(length: number): void {
    this.take(length);
  }

  /** Empty where it is null. */
  text(): string {
    return this.take(Math.max(0, this.#varint() - 1)).toString();
  }

  list(readItem: () => void): void {
    for (let left = this.#varint() - 1; left > 0; left--) readItem();
  }

  skipTags(): void {
    for (let left = this.#varint(); left > 0; left--) {
      this.#varint();
      this.skip(this.#varint());
    }
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.take(1).readUInt8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
}
