import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { registerCodecs } from '@millrace/kafka';
import { installKafka } from '@millrace/testing';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Broker, until } from '../test/broker.ts';
import { clientConfig } from '../test/connector-config.ts';
import { SourceProbe } from '../test/source-probe.ts';

const { CompressionCodecs, CompressionTypes } = kafkajs;
const codecs = {
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;
const names = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

/** The same bytes as ProduceCompressed.java makes. */
function valueAt(i: number): Buffer {
  let state = i + 1;
  return Buffer.from(
    Array.from({ length: 1000 + i }, (_, at) => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return at % 200 < 100 ? 97 : state >>> 24;
    }),
  );
}

describe('on a real broker', () => {
  let broker: Broker;
  const foreign = new Map<string, string>();
  beforeAll(async () => {
    broker = await Broker.start();
    for (const name of names) foreign.set(name, await broker.createTopic(`java-${name}`));
    const targets = [...foreign].map(([name, topic]) => `${name}=${topic}`);
    const source = join(import.meta.dirname, '../test/ProduceCompressed.java');
    const classPath = join(await installKafka(), '*');
    await promisify(execFile)('java', ['-cp', classPath, source, broker.server.bootstrap, ...targets]);
  });
  afterAll(() => broker?.remove());

  async function read(topic: string, count: number): Promise<Buffer[]> {
    const probe = new SourceProbe(broker.server.bootstrap, clientConfig(`group-${randomUUID()}`), [topic]);
    await probe.source.start();
    await until(() => probe.values.length >= count || probe.crashes.length > 0);
    await probe.source.stop();
    expect(probe.crashes).toEqual([]);
    return probe.fetched.flatMap(({ records }) => records.map(({ value }) => value ?? Buffer.alloc(0)));
  }

  const expected = Array.from({ length: 300 }, (_, i) => valueAt(i));

  test.each(names)('%s as the Java producer frames it', { timeout: 20_000 }, async (name) => {
    const values = await read(foreign.get(name) ?? '', 300);
    expect(Buffer.concat(values).equals(Buffer.concat(expected))).toBe(true);
    expect(values.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  });

  // Nothing of ours writes LZ4.
  test.each(['gzip', 'snappy', 'zstd'] as const)('%s as kafkajs frames it', { timeout: 20_000 }, async (name) => {
    const topic = await broker.createTopic(`own-${name}`);
    await broker.send(
      topic,
      expected.map((value) => ({ value })),
      { compression: codecs[name] },
    );
    const values = await read(topic, 300);
    expect(Buffer.concat(values).equals(Buffer.concat(expected))).toBe(true);
  });
});

describe('a record set that would fill the memory', () => {
  registerCodecs();
  const unpack = (type: (typeof codecs)[keyof typeof codecs], packed: Buffer): Promise<Buffer> =>
    CompressionCodecs[type]().decompress(packed);

  test('is not unpacked, in zstd', { timeout: 20_000 }, async () => {
    const bomb = zstdCompressSync(Buffer.alloc(256 * 1024 * 1024 + 1));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(unpack(CompressionTypes.ZSTD, bomb)).rejects.toThrow();
  });

  test('is not unpacked, in LZ4 and snappy, whose headers say how large they are', async () => {
    // LZ4 frame: magic, flags with a content size, block size, the size (1 GiB), checksum, end mark.
    const lz4 = Buffer.from('04224d18' + '6870' + '0000004000000000' + '00' + '00000000', 'hex');
    await expect(unpack(CompressionTypes.LZ4, lz4)).rejects.toThrow('too large to unpack');
    // Snappy block: the length (1 GiB) as a varint, one literal.
    const snappy = Buffer.from('8080808004' + '0061', 'hex');
    await expect(unpack(CompressionTypes.Snappy, snappy)).rejects.toThrow('too large to unpack');
    // The same in two of xerial's blocks of half the size each.
    const half = '00000007' + '8180808002' + '0061';
    const framed = Buffer.from(`82534e41505059000000000100000001${half}${half}`, 'hex');
    await expect(unpack(CompressionTypes.Snappy, framed)).rejects.toThrow('1073741826 bytes');
  });
});
