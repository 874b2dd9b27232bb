import type { TopicPartition } from '@millrace/lanes';
import kafkajs, { type PartitionAssigner } from 'kafkajs';

export interface GroupMemberTopics {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/**
 * kafkajs's round-robin assigner, with one difference: a partition goes only to members that have subscribed to its
 * topic. While some members know of a topic and others do not yet, kafkajs's own would give its partitions to members
 * that drop them without a word. `userData` goes with the member's subscription.
 */
export const subscribedAssigner =
  (userData: Buffer): PartitionAssigner =>
  (consumer) => {
    const { name, version } = kafkajs.PartitionAssigners.roundRobin(consumer);
    return {
      name,
      version,
      protocol: ({ topics }) => ({
        name,
        metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({ version, topics, userData }),
      }),
      async assign({ members, topics }) {
        const partitions = topics.flatMap((topic) =>
          consumer.cluster
            .findTopicPartitionMetadata(topic)
            .map(({ partitionId: partition }) => ({ topic, partition })),
        );
        const spread = spreadPartitions(members.map(topicsOf), partitions);
        return [...spread].map(([memberId, own]) => ({
          memberId,
          memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
            version,
            assignment: byTopic(own),
            userData: Buffer.alloc(0),
          }),
        }));
      },
    };
  };

/** Partitions in turn to the members that want them; one that nobody wants goes to nobody. */
export function spreadPartitions(
  members: readonly GroupMemberTopics[],
  partitions: readonly TopicPartition[],
): ReadonlyMap<string, readonly TopicPartition[]> {
  const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const given = new Map<string, TopicPartition[]>();
  let turn = 0;
  for (const each of partitions) {
    const wanting = sorted.filter(({ topics }) => topics.includes(each.topic));
    const taker = wanting[turn % wanting.length];
    if (!taker) continue;
    given.set(taker.memberId, [...(given.get(taker.memberId) ?? []), each]);
    turn += 1;
  }
  return given;
}

function topicsOf({ memberId, memberMetadata }: { memberId: string; memberMetadata: Buffer }): GroupMemberTopics {
  return { memberId, topics: kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [] };
}

function byTopic(partitions: readonly TopicPartition[]): Record<string, number[]> {
  const assignment: Record<string, number[]> = Object.create(null);
  for (const { topic, partition } of partitions) assignment[topic] = [...(assignment[topic] ?? []), partition];
  return assignment;
}
