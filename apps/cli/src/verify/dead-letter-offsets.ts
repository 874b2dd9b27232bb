import { lastHeader, partitionId, type RecordHeaders, type TopicPartition } from '@millrace/lanes';
import { OffsetSet } from './offset-set.ts';
import type { KafkaTopics } from './topics.ts';

/**
 * The offsets that a connector's dead letters are of, by partition (`topic-partition`). A dead letter says where its record
 * stood in headers; the last ones count, since a record may have been a dead letter before. Letters of other connectors
 * that share the topic are left out; one that names no connector is taken for this one's.
 */
export async function deadLetterOffsets(
  topics: KafkaTopics,
  topic: string,
  connector: string,
  begin: (letters: bigint) => void,
): Promise<ReadonlyMap<string, OffsetSet>> {
  const found = new Map<string, OffsetSet>();
  const ranges = await wholeTopic(topics, topic);
  begin(ranges.reduce((sum, { from, to }) => sum + to - from, 0n));
  // A letter that is not there any more tells nothing; that its record is missing will be told.
  await topics.read(ranges, async (_range, records) => {
    for (const { headers } of records) {
      const origin = originOf(headers, connector);
      if (origin === undefined) continue;
      const id = partitionId(origin);
      const offsets = found.get(id) ?? new OffsetSet();
      offsets.add(origin.offset);
      found.set(id, offsets);
    }
  });
  return found;
}

/** A topic that does not exist holds nothing. */
function wholeTopic(topics: KafkaTopics, topic: string) {
  return topics.admin(async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) return [];
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ topic, partition, from: BigInt(low), to: BigInt(high) }));
  });
}

function originOf(
  headers: RecordHeaders,
  connector: string,
): (TopicPartition & { readonly offset: bigint }) | undefined {
  const text = (name: string) => lastHeader(headers, `__millrace.${name}`)?.toString('utf8') ?? '';
  const [topic, partition, offset] = [text('topic'), text('partition'), text('offset')];
  const isOurs =
    [connector, ''].includes(text('connector')) && /^\d{1,9}$/.test(partition) && /^\d{1,15}$/.test(offset);
  return isOurs ? { topic, partition: Number(partition), offset: BigInt(offset) } : undefined;
}
