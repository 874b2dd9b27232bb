import type { AuditCollection, AuditLane } from './audit-lanes.ts';
import { least } from './bigints.ts';
import { entriesOf } from './checked-entries.ts';
import { hashKey, unitLow } from './key-hash.ts';
import type { LastOffsets } from './last-offsets.ts';
import type { RecordChecks } from './record-checks.ts';
import type { ReadRange } from './topic-reader.ts';
import type { Topics } from './topics.ts';

/** Keys that are looked for again together. */
const keysMax = 100_000;

export interface ExtraParts {
  readonly topics: Topics;
  readonly checks: Pick<RecordChecks, 'check'>;
  readonly lanes: readonly AuditLane[];
  /** Of all lanes, for the range of hashes that is looked at. */
  readonly lastOffsets: LastOffsets;
}

/**
 * Keys of rows in Milvus that no record has: neither one that was read, nor one at or above the watermark, nor a dead
 * letter that was written when it was read another time. Keys outside the range of hashes are left out.
 */
export async function* extraKeys(collection: AuditCollection, parts: ExtraParts): AsyncGenerator<string> {
  const { key } = collection.rules;
  if (key === undefined) return;
  const lanes = parts.lanes.filter((lane) => lane.collection === collection);
  let unknown = new Set<string>();
  for await (const page of collection.rows.keys(key)) {
    for (const one of page) if (isUnknown(one, collection, lanes, parts.lastOffsets)) unknown.add(one);
    if (unknown.size < keysMax) continue;
    yield* await withoutLater(unknown, lanes, parts);
    unknown = new Set();
  }
  yield* await withoutLater(unknown, lanes, parts);
}

function isUnknown(
  key: string,
  { index }: AuditCollection,
  lanes: readonly AuditLane[],
  lastOffsets: LastOffsets,
): boolean {
  const hash = hashKey(index, key);
  if (!lastOffsets.covers(hash.high)) return false;
  return lanes.every((lane) => lastOffsets.get(hash.high, unitLow(hash, lane.index, '')) === undefined);
}

/** The ends are taken now, after the rows were read: whatever had been written then is read here. */
async function withoutLater(keys: Set<string>, lanes: readonly AuditLane[], parts: ExtraParts): Promise<Set<string>> {
  if (keys.size === 0) return keys;
  const ends = await parts.topics.ends(lanes);
  const ranges = lanes.map((lane): ReadRange & { readonly lane: AuditLane } => {
    const letter = lane.letters.firstFrom(lane.from) ?? lane.committed;
    const from = least(letter, lane.committed);
    return { lane, topic: lane.topic, partition: lane.partition, from, to: ends.get(lane) ?? from };
  });
  await parts.topics.read(ranges, async ({ lane }, records) => {
    const wanted = records.filter(({ offset }) => offset >= lane.committed || lane.letters.has(offset));
    for await (const checked of parts.checks.check(lane.open, wanted, true)) {
      for (const { key } of entriesOf(checked, lane.collection.rules.key?.name)) keys.delete(key);
    }
  });
  return keys;
}
