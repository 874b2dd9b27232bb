import type { KafkaClient } from '@millrace/e2e/harness';
import { RecordMaker, topicOf, type Workload } from './workload.ts';

/** Records that are made and sent at a time; few enough to be held beside all else. */
const portionBytes = 16 * 1024 * 1024;

/** Creates the topic of a workload and fills it, its records spread over the partitions in turn. */
export async function fillTopic(kafka: KafkaClient, workload: Workload, sent: (count: number) => void): Promise<void> {
  const { partitions, count } = workload;
  const topic = topicOf(workload);
  const maker = new RecordMaker(workload);
  await kafka.createTopic(topic, partitions, { 'segment.bytes': String(256 * 1024 * 1024) });
  for (let id = 0; id < count; ) {
    const messages = [];
    for (let bytes = 0; bytes < portionBytes && id < count; id++) {
      const value = maker.value(id);
      bytes += value.length;
      messages.push({ value, partition: id % partitions });
    }
    await kafka.send(topic, messages);
    sent(id);
  }
}
