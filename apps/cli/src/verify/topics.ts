import type { TopicPartition } from '@millrace/lanes';
import type { Admin, Kafka } from 'kafkajs';
import { type EarlyEnd, type ReadRange, readRanges, type TakeRecords } from './topic-reader.ts';

/** The topics of a Kafka, for reading. */
export interface Topics {
  /** Reads ranges of different partitions; see `readRanges` for the contract. */
  read<Range extends ReadRange>(
    ranges: readonly Range[],
    take: TakeRecords<Range>,
  ): Promise<readonly EarlyEnd<Range>[]>;
  /** The ends of partitions as they are now: the offset after the last record. Those of unknown topics are absent. */
  ends<Place extends TopicPartition>(places: readonly Place[]): Promise<ReadonlyMap<Place, bigint>>;
}

/** The same by kafkajs. */
export class KafkaTopics implements Topics {
  readonly #kafka: Kafka;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  read<Range extends ReadRange>(
    ranges: readonly Range[],
    take: TakeRecords<Range>,
  ): Promise<readonly EarlyEnd<Range>[]> {
    return readRanges(this.#kafka, ranges, take);
  }

  ends<Place extends TopicPartition>(places: readonly Place[]): Promise<ReadonlyMap<Place, bigint>> {
    return this.admin(async (admin) => {
      const ends = new Map<Place, bigint>();
      for (const [topic, ofTopic] of Map.groupBy(places, (place) => place.topic)) {
        const offsets = await admin.fetchTopicOffsets(topic);
        for (const place of ofTopic) {
          const found = offsets.find(({ partition }) => partition === place.partition);
          if (found) ends.set(place, BigInt(found.high));
        }
      }
      return ends;
    });
  }

  /** Runs `work` with a connected admin client. */
  async admin<Value>(work: (admin: Admin) => Promise<Value>): Promise<Value> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}
