import { partitionId, type TopicPartition } from '@millrace/lanes';
import type { OffsetManager } from 'kafkajs/src/consumer/consumerGroup.js';
import { createErrorFromCode } from 'kafkajs/src/protocol/error.js';
import requests from 'kafkajs/src/protocol/requests/offsetCommit/index.js';

/** An offset to commit, and what is to be known with it. */
export interface Commit extends TopicPartition {
  readonly offset: bigint;
  readonly metadata: string | null;
}

/** Why partitions were refused, by partition; all others are committed. */
export type CommitRefusals = ReadonlyMap<string, Error>;

/** Kafka's number of the request, and the newest version that kafkajs speaks. */
const offsetCommit = { apiKey: 8, versionMax: 5 } as const;

/**
 * Commits under the generation of this offset manager, which belongs to one join. The broker answers for each partition:
 * a topic that is gone does not undo the others' commits. kafkajs's own commit takes the first error of an answer for all
 * of it, so its request is sent from here.
 *
 * @throws when there is no answer; nothing is tried again, since that might happen under a newer generation
 */
export async function commitOffsets(manager: OffsetManager, commits: readonly Commit[]): Promise<CommitRefusals> {
  const coordinator = await manager.getCoordinator();
  const { groupId, generationId, memberId, cluster } = manager;
  const version = Math.min(offsetCommit.versionMax, coordinator.versions?.[offsetCommit.apiKey]?.maxVersion ?? 0);
  const topics = [...Map.groupBy(commits, ({ topic }) => topic)].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition, offset, metadata }) => ({ partition, offset: String(offset), metadata })),
  }));
  const { request, response } = requests.protocol({ version })({
    groupId,
    memberId,
    groupGenerationId: generationId,
    topics,
  });
  const { responses } = await coordinator.connectionPool.send({
    request,
    response: { decode: response.decode, parse: async (decoded) => decoded },
  });
  const answers = responses.flatMap(({ topic, partitions }) => partitions.map((answer) => ({ topic, ...answer })));
  const refusals = new Map<string, Error>();
  for (const { errorCode, ...at } of answers) {
    if (errorCode !== 0) refusals.set(partitionId(at), createErrorFromCode(errorCode));
  }
  // The group has moved to another coordinator, which the next commit then finds.
  if (answers.some(({ errorCode }) => errorCode === notCoordinator)) await cluster.refreshMetadata();
  return refusals;
}

const notCoordinator = 16;
