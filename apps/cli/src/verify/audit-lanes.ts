import type { OpenLane } from '@millrace/contracts';
import type { KafkaRecord, TopicPartition } from '@millrace/lanes';
import { least } from './bigints.ts';
import type { MilvusRows } from './milvus-rows.ts';
import type { OffsetSet } from './offset-set.ts';
import type { RowRules } from './row-rules.ts';

/** One collection that the connector writes to. */
export interface AuditCollection {
  readonly index: number;
  readonly name: string;
  readonly rules: RowRules;
  readonly rows: Pick<MilvusRows, 'find' | 'keys' | 'count'>;
}

/** One partition that the connector reads, and what of it is looked at. */
export interface AuditLane extends TopicPartition {
  readonly index: number;
  readonly collection: AuditCollection;
  readonly open: OpenLane;
  /** The offsets that are told of: from here up to and without `to`, as far as Kafka still has them. */
  readonly from: bigint;
  readonly to: bigint;
  /** What the group has committed; `from` where that is nothing. */
  readonly committed: bigint;
  /** Offsets of dead letters of this connector. */
  readonly letters: OffsetSet;
}

/** Up to and without this offset records are compared; from there on they are pending. */
export function comparedTo({ to, committed }: AuditLane): bigint {
  return least(to, committed);
}

/** Records without those that are dead letters. */
export function withoutLetters({ letters }: AuditLane, records: readonly KafkaRecord[]): readonly KafkaRecord[] {
  return letters.size === 0 ? records : records.filter(({ offset }) => !letters.has(offset));
}
