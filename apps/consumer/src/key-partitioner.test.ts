import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { partitionOfKey } from './key-partitioner.ts';

const byKafkajs = kafkajs.Partitioners.DefaultPartitioner();

test('property: keys have the partitions that kafkajs gives them, as Java does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 1, max: 500 }), (bytes, count) => {
      const key = Buffer.from(bytes);
      const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 }));
      expect(partitionOfKey(key, count)).toBe(
        byKafkajs({ topic: 't', partitionMetadata: partitionMetadata as never, message: { key, value: null } }),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('a key of a megabyte takes a moment, not minutes', () => {
  const began = performance.now();
  partitionOfKey(Buffer.alloc(1_048_576, 'k'), 12);
  expect(performance.now() - began).toBeLessThan(1_000);
});
