import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { explainTopic, kafkaClient, withAdmin } from './kafka.ts';
import type { Settings } from './settings.ts';

export interface StoredRecord {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/**
 * The last `count` records of each partition, up to the end as it is now. They are read in a consumer group of their own,
 * which is removed again, and nothing is committed.
 */
export async function readLast(settings: Settings, topic: string, count: number): Promise<StoredRecord[]> {
  const ends = await withAdmin(settings, (admin) => admin.fetchTopicOffsets(topic).catch(explainTopic(topic)));
  const ranges = ends.map(({ partition, low, high }) => {
    const [start, end] = [BigInt(low), BigInt(high)];
    return { partition, from: end - BigInt(count) > start ? end - BigInt(count) : start, end };
  });
  const wanted = new Map(ranges.filter(({ from, end }) => from < end).map((range) => [range.partition, range]));
  const found: StoredRecord[] = [];
  if (wanted.size === 0) return found;

  const groupId = `millrace-cli-${randomUUID()}`;
  const consumer = kafkaClient(settings).consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const run = consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          const range = wanted.get(batch.partition);
          if (range === undefined) return;
          for (const message of batch.messages) {
            const offset = BigInt(message.offset);
            if (offset >= range.from && offset < range.end) found.push({ partition: batch.partition, message });
          }
          // The last offsets may be control records, which no batch shows.
          if (BigInt(batch.lastOffset()) >= range.end - 1n) wanted.delete(batch.partition);
          if (wanted.size === 0) resolve();
        },
      });
      run.catch(reject);
      for (const { partition, from } of wanted.values()) consumer.seek({ topic, partition, offset: String(from) });
    });
  } finally {
    await consumer.disconnect();
    await withAdmin(settings, (admin) => admin.deleteGroups([groupId]));
  }
  return found.toSorted((a, b) => Number(a.message.timestamp) - Number(b.message.timestamp));
}
