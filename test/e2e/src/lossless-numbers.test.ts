import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, it } from 'vitest';
import { scene } from './harness/scene.ts';
import { float32Hex } from './reference/float32.ts';
import { float32Corpus, int64Edges } from './reference/float32-corpus.ts';

const topic = 'lossless';
const partitions = 2;
const fields = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'long', data_type: DataType.Int64 },
  { name: 'single', data_type: DataType.Float },
  { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
];

/** One record for each number of the corpus, under the edges of Int64 as keys first, and with one as a value each. */
const edges = int64Edges();
const rows = float32Corpus().map(({ text, bits }, index) => {
  const [id, long] = [edges[index] ?? BigInt(index), edges[index % edges.length] ?? 0n];
  return {
    id,
    value: `{"id": ${id}, "long": ${long}, "single": ${text}, "vector": [${text}, -${text}]}`,
    stored: [String(id), String(long), hexOf(bits), hexOf(bits) + hexOf((bits | 0x80000000) >>> 0)].join(),
  };
});

function hexOf(bits: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(bits);
  return bytes.toString('hex');
}

describe(`${rows.length} numbers at the edges of Int64 and halfway between singles`, () => {
  const the = scene();

  it('reach Milvus to the last bit', { timeout: 120_000 }, async () => {
    const { kafka, reader } = the;
    await kafka.createTopic(topic, partitions);
    await reader.createCollection(topic, fields);
    await kafka.send(
      topic,
      rows.map(({ value }, index) => ({ value, partition: index % partitions })),
    );
    await the.start({ connectors: { [topic]: the.connector(topic, topic, { 'errors.tolerance': 'all' }) } });
    await kafka.untilCommitted(`connect-${topic}`, topic, 60_000);

    const names = fields.map(({ name }) => name);
    const stored = await reader.rows(
      topic,
      rows.map(({ id }) => id),
      names,
    );
    const found = [...stored.values()].map(({ id, long, single, vector }) =>
      [String(id), String(long), float32Hex([Number(single)]), float32Hex(vector as number[])].join(),
    );
    expect(new Set(found)).toEqual(new Set(rows.map(({ stored: wanted }) => wanted)));
    expect(await reader.count(topic)).toBe(rows.length);
    expect(await kafka.readAll(`${topic}.dead-letters`)).toEqual([]);
  });
});
