import { partitionId } from '@millrace/lanes';
import type { Assignment, PartitionState } from './kafka-source.ts';
import { reservationIn } from './reservation.ts';

/**
 * Why a partition cannot be read on where its group stands, in words; undefined where it can. Going on elsewhere would
 * skip or repeat records without a word.
 *
 * A topic that was created again is known by its id, which every commit carries; `knownTopicId` is the one that this
 * process read last, since Kafka forgets the commits of a topic that is deleted.
 */
export function offsetLoss(assignment: Assignment, knownTopicId: string | undefined): string | undefined {
  const { committed, topicId } = assignment;
  const ofCommit = reservationIn(committed.metadata)?.topicId ?? knownTopicId;
  if (ofCommit !== undefined && topicId !== undefined && ofCommit !== topicId) {
    const stands = committed.offset < 0n ? '' : `, and the group stands at offset ${committed.offset} of the old one`;
    return `the topic of ${partitionId(assignment)} was deleted and created again${stands}`;
  }
  return committed.offset < 0n ? undefined : missingOffset(assignment, committed.offset);
}

/** What became of an offset that the broker does not have; undefined where it has it. */
export function missingOffset({ low, high, ...at }: PartitionState, offset: bigint): string | undefined {
  const where = partitionId(at);
  if (offset < low) {
    const count = low - offset;
    const gone = count === 1n ? 'the record at it is' : `${count} offsets from there on are`;
    return `${where} has no offset ${offset} any more: ${gone} deleted, by retention or by hand; its first one is ${low}`;
  }
  if (offset > high) {
    return `${where} has no offset ${offset}: it ends at ${high}, so the topic was created again, or a broker has lost records`;
  }
  return undefined;
}
