import type { AuditLane } from './audit-lanes.ts';
import type { Entry } from './checked-entries.ts';
import { type KeyHash, unitLow } from './key-hash.ts';
import type { LastOffsets } from './last-offsets.ts';
import type { Claim, StoredRow } from './row-rules.ts';
import type { Finding } from './tally.ts';

/** Suspects that are looked at again together; each takes about half a kilobyte. */
export const suspectsMax = 20_000;

/** The last record of its key in its lane, of which Milvus holds something else. */
export interface Suspect {
  readonly lane: AuditLane;
  readonly offset: bigint;
  readonly key: string;
  /** What Milvus holds of the units that differ. */
  readonly observed: readonly Claim[];
  /** Last records of the same units in other lanes of the collection. */
  readonly elsewhere: readonly { readonly lane: AuditLane; readonly offset: bigint }[];
  readonly finding: Finding;
}

/** `stored`: a row of Milvus that differs from what the entry claims; undefined where there is none. */
export function suspectOf(
  lane: AuditLane,
  entry: Entry,
  observed: readonly Claim[],
  stored: StoredRow | undefined,
  lastOffsets: LastOffsets,
  hash: KeyHash,
  lanes: readonly AuditLane[],
): Suspect {
  const { offset, key } = entry;
  const others = lanes.filter((other) => other !== lane && other.collection === lane.collection);
  const elsewhere = others.flatMap((other) =>
    lane.collection.rules.unitsElsewhere(observed).flatMap((unit) => {
      const last = lastOffsets.get(hash.high, unitLow(hash, other.index, unit));
      return last === undefined ? [] : [{ lane: other, offset: last }];
    }),
  );
  const found = { lane, offset, key };
  const finding: Finding =
    stored === undefined
      ? { ...found, state: 'missing', why: 'Milvus has no row of its key' }
      : { ...found, state: 'stale', why: whyStale(lane, entry, stored) };
  return { lane, offset, key, observed, elsewhere, finding };
}

function whyStale({ collection }: AuditLane, entry: Entry, stored: StoredRow): string {
  if (entry.row === undefined) return 'it deletes its key, and the row is there';
  const names = collection.rules.differing(entry, stored);
  return names.length === 0 ? 'Milvus has several rows of its key' : `Milvus has another ${names.join(', ')}`;
}
