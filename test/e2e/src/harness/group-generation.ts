import type { KafkaClient } from './kafka-client.ts';

const groupMetadataKey = 2;

/**
 * The generation that a consumer group has reached, from the coordinator's own topic: it grows by one with every
 * rebalance, also with one that leaves all members and partitions where they were. (Source: GroupMetadataKey and
 * GroupMetadataValue of Kafka's group coordinator: version, then the group's name; version, protocol type, generation.)
 */
export async function groupGeneration(kafka: KafkaClient, groupId: string): Promise<number> {
  let generation: number | undefined;
  for (const { key, value } of await kafka.readAll('__consumer_offsets')) {
    if (!key || !value || key.readInt16BE(0) !== groupMetadataKey) continue;
    if (key.toString('utf8', 4, 4 + key.readInt16BE(2)) !== groupId) continue;
    generation = value.readInt32BE(4 + value.readInt16BE(2));
  }
  if (generation === undefined) throw new Error(`the coordinator knows no generation of ${groupId}`);
  return generation;
}
