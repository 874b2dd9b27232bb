import { CompressionTypes } from 'kafkajs';
import { describe, expect, inject, it } from 'vitest';
import { compareRows, noDifferences } from '../harness/compare-rows.ts';
import { connectorCounts } from '../harness/consumer-status.ts';
import { describeLetters, expectedLetter } from '../harness/dead-letters.ts';
import { scene } from '../harness/scene.ts';
import { storedCodecs } from '../harness/stored-codecs.ts';
import { brokenKinds } from '../reference/broken-kinds.ts';
import { RecordSource } from '../reference/records.ts';

const partitions = 4;

/** How each fifth of the records is compressed: by kafkajs where it can, else by the broker's own Java codecs. */
const phases = [
  { topicCodec: 'producer', compression: CompressionTypes.None },
  { topicCodec: 'producer', compression: CompressionTypes.GZIP },
  { topicCodec: 'snappy', compression: CompressionTypes.None },
  { topicCodec: 'lz4', compression: CompressionTypes.None },
  { topicCodec: 'zstd', compression: CompressionTypes.None },
];

/** Good and broken records, mixed, through all three services: each one's end is checked against the reference. */
export function mixedRecords(size: { readonly records: number; readonly timeoutMs: number }): void {
  describe(`${size.records} records over ${partitions} partitions, one in a hundred broken`, () => {
    const topic = 'mixed';
    const the = scene();
    const { kafka } = the;
    const letters = `${topic}.dead-letters`;
    const source = new RecordSource({ seed: 3, partitions, brokenShare: 0.01, repeatedShare: 0.15 });

    it('all end in Milvus or in the dead letter topic', { timeout: size.timeoutMs }, async () => {
      await kafka.createTopic(topic, partitions);
      await the.createMixed(topic);
      for (const { topicCodec, compression } of phases) {
        await kafka.alterTopic(topic, 'compression.type', topicCodec);
        await kafka.send(topic, source.take(size.records / phases.length), compression);
      }
      for (let partition = 0; partition < partitions; partition++) {
        const codecs = await storedCodecs(inject('kafkaData'), topic, partition);
        expect([...codecs].sort()).toEqual(['gzip', 'lz4', 'none', 'snappy', 'zstd']);
      }

      const keys = { 'errors.tolerance': 'all', 'errors.deadletterqueue.context.headers.enable': 'true' };
      const pipeline = await the.start({ connectors: { mixed: the.connector(topic, topic, keys) } });
      await kafka.untilCommitted(`connect-${topic}`, topic, size.timeoutMs / 2);

      expect(await compareRows(the.reader, topic, source.rows)).toEqual(noDifferences);
      const found = describeLetters(await kafka.readAll(letters), source.broken);
      expect(found).toEqual(source.broken.map((record) => expectedLetter(record, topic)));
      expect(new Set(source.broken.map(({ kind }) => kind.name)).size).toBe(brokenKinds.length);

      const counts = await connectorCounts(pipeline, topic);
      expect(counts).toMatchObject({ read: source.made, deadLettered: source.broken.length });
      const { written, superseded, deleted, filtered, deadLettered } = counts;
      expect(written + superseded + deleted + filtered + deadLettered).toBe(counts.read);
      expect(counts.written).toBeGreaterThanOrEqual(source.rows.size);
    });
  });
}
