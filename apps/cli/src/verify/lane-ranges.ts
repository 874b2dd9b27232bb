import { partitionId, type TopicPartition } from '@millrace/lanes';
import type { Admin } from 'kafkajs';
import { CliError, messageOf } from '../cli-error.ts';
import { isPassing } from '../kafka.ts';
import { askAgain } from './ask-again.ts';
import { greatest, least } from './bigints.ts';
import type { Bound, RangeBounds } from './range-bounds.ts';

/** What of a partition is looked at. */
export interface LaneRange extends TopicPartition {
  readonly from: bigint;
  readonly to: bigint;
  /** What the group has committed; undefined where it has committed nothing. */
  readonly committed: bigint | undefined;
  /** The offset after the last record. */
  readonly end: bigint;
}

export interface RangeWishes {
  readonly from: RangeBounds | undefined;
  readonly to: RangeBounds | undefined;
}

/**
 * The ranges of a topic's partitions, as far as Kafka still has their records. Unset, they begin with the first record
 * and end with what the group has committed.
 *
 * @throws CliError where a range would end before it begins
 */
export async function laneRanges(
  admin: Admin,
  groupId: string,
  topic: string,
  wishes: RangeWishes,
): Promise<readonly LaneRange[]> {
  // In this order: what is committed lies below the end that is read after it.
  const [group] = await committedOffsets(admin, groupId, topic);
  const ends = await admin.fetchTopicOffsets(topic);
  const committedOf = new Map(group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  const offsetAt = offsetFinder(admin, topic);
  const ranges = ends.map(async ({ partition, low, high }): Promise<LaneRange> => {
    const [start, end] = [BigInt(low), BigInt(high)];
    const at = { topic, partition };
    const stored = committedOf.get(partition) ?? -1n;
    const committed = stored < 0n ? undefined : stored;
    const wished = async (bounds: RangeBounds | undefined) => {
      const bound = bounds?.of(at);
      return bound && (await offsetAt(bound, partition, end));
    };
    const [first, last] = [await wished(wishes.from), await wished(wishes.to)];
    if (first !== undefined && last !== undefined && last < first) {
      throw new CliError(`--to is offset ${last} of ${partitionId(at)}, before --from, which is ${first}`, 'usage');
    }
    const within = (offset: bigint) => greatest(start, least(end, offset));
    const from = within(first ?? start);
    const to = greatest(from, within(last ?? committed ?? from));
    return { ...at, from, to, committed, end };
  });
  return (await Promise.all(ranges)).toSorted((a, b) => a.partition - b.partition);
}

/** kafkajs does not ask again by itself while the coordinator loads its groups, as it does after a broker's start. */
function committedOffsets(admin: Admin, groupId: string, topic: string) {
  return askAgain(async () => {
    try {
      return { value: await admin.fetchOffsets({ groupId, topics: [topic] }) };
    } catch (error) {
      if (!isPassing(error)) throw error;
      return { later: `Kafka does not tell what ${groupId} has committed: ${messageOf(error)}` };
    }
  });
}

/** Finds the offset of a bound; asks Kafka once for each moment. */
function offsetFinder(admin: Admin, topic: string) {
  const asked = new Map<number, ReturnType<Admin['fetchTopicOffsetsByTimestamp']>>();
  return async (bound: Bound, partition: number, end: bigint): Promise<bigint> => {
    if ('offset' in bound) return bound.offset;
    const answer = asked.get(bound.timeMs) ?? admin.fetchTopicOffsetsByTimestamp(topic, bound.timeMs);
    asked.set(bound.timeMs, answer);
    const found = (await answer).find((each) => each.partition === partition);
    const offset = BigInt(found?.offset ?? -1);
    // Kafka has no record so late.
    return offset < 0n ? end : offset;
  };
}
