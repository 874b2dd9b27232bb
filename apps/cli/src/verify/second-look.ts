import type { KafkaRecord } from '@millrace/lanes';
import type { AuditLane } from './audit-lanes.ts';
import { least } from './bigints.ts';
import { type Entry, entriesOf } from './checked-entries.ts';
import type { RecordChecks } from './record-checks.ts';
import type { Suspect } from './suspects.ts';
import type { ReadRange } from './topic-reader.ts';
import type { Topics } from './topics.ts';

/**
 * Which suspects nothing explains. What Milvus holds of a key may also be the doing of
 *
 *   - a later record of its lane, at or above the watermark, that is being written;
 *   - a later record that is a dead letter, and was written when it was read another time;
 *   - the last record of the key in another partition: between partitions there is no order.
 *
 * The ends of the topics are taken now, after Milvus was read, so whatever had been written then is read here.
 */
export async function unexplained(
  suspects: readonly Suspect[],
  lanes: readonly AuditLane[],
  topics: Topics,
  checks: Pick<RecordChecks, 'check'>,
): Promise<readonly Suspect[]> {
  if (suspects.length === 0) return [];
  const byKey = Map.groupBy(suspects, (suspect) => keyOf(suspect.lane, suspect.key));
  const explained = new Map<Suspect, Set<string>>();
  const ranges = await rangesOf(suspects, lanes, topics);
  await topics.read(ranges, async (range, records) => {
    const { lane } = range;
    const wanted = records.filter((record) => range.wants(record));
    for await (const checked of checks.check(lane.open, wanted, false)) {
      for (const entry of entriesOf(checked, lane.collection.rules.key?.name)) {
        for (const suspect of byKey.get(keyOf(lane, entry.key)) ?? []) {
          if (mayExplain(suspect, lane, entry.offset)) explain(suspect, entry, explained);
        }
      }
    }
  });
  return suspects.filter((suspect) => (explained.get(suspect)?.size ?? 0) < suspect.observed.length);
}

const keyOf = ({ collection }: AuditLane, key: string): string => `${collection.index} ${key}`;

function mayExplain(suspect: Suspect, lane: AuditLane, offset: bigint): boolean {
  if (offset >= lane.committed) return true;
  if (suspect.lane === lane) return offset > suspect.offset && lane.letters.has(offset);
  return suspect.elsewhere.some((last) => last.lane === lane && last.offset === offset);
}

function explain(suspect: Suspect, entry: Entry, explained: Map<Suspect, Set<string>>): void {
  const { rules } = suspect.lane.collection;
  const claims = rules.claims(
    entry,
    suspect.observed.map(({ unit }) => unit),
  );
  for (const { unit, value } of claims) {
    if (!suspect.observed.some((observed) => observed.unit === unit && observed.value === value)) continue;
    explained.set(suspect, (explained.get(suspect) ?? new Set()).add(unit));
  }
}

interface LookRange extends ReadRange {
  readonly lane: AuditLane;
  wants(record: KafkaRecord): boolean;
}

/** What has to be read again of the lanes of the suspects' collections. */
async function rangesOf(
  suspects: readonly Suspect[],
  lanes: readonly AuditLane[],
  topics: Topics,
): Promise<LookRange[]> {
  const collections = new Set(suspects.map(({ lane }) => lane.collection));
  const looked = lanes.filter(({ collection }) => collections.has(collection));
  const ends = await topics.ends(looked);
  const ofLane = Map.groupBy(suspects, ({ lane }) => lane);
  const elsewhere = Map.groupBy(
    suspects.flatMap((suspect) => suspect.elsewhere),
    ({ lane }) => lane,
  );
  return looked.map((lane) => {
    const single = new Set((elsewhere.get(lane) ?? []).map(({ offset }) => offset));
    const own = ofLane.get(lane)?.map(({ offset }) => offset) ?? [];
    const letter = own.length === 0 ? undefined : lane.letters.firstFrom(least(...own));
    const from = least(lane.committed, ...single, ...(letter === undefined ? [] : [letter]));
    return {
      lane,
      topic: lane.topic,
      partition: lane.partition,
      from,
      to: ends.get(lane) ?? from,
      wants: ({ offset }) => offset >= lane.committed || single.has(offset) || lane.letters.has(offset),
    };
  });
}
