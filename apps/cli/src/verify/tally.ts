import type { AuditCollection, AuditLane } from './audit-lanes.ts';

/** What became of an offset: exactly one of these. */
export const states = [
  'written',
  'superseded',
  'deleted',
  'filtered',
  'dead-lettered',
  'pending',
  'not matched',
  'missing',
  'stale',
] as const;
export type State = (typeof states)[number];

/** A record that is not accounted for. */
export interface Finding {
  readonly lane: AuditLane;
  readonly offset: bigint;
  readonly state: 'missing' | 'stale';
  /** The primary key in its normal form; undefined where the record has none that can be read. */
  readonly key: string | undefined;
  /** What is wrong, for a person. */
  readonly why: string;
}

/** Findings that are kept with all that is known of them; of the others only place and state are. */
export const findingsShownMax = 1_000;

/** Counts of an audit, and what it found. */
export class Tally {
  readonly counts = new Map<State, number>(states.map((state) => [state, 0]));
  readonly #shown: Finding[] = [];
  /** Offsets of all of them, by lane. */
  readonly offsets = new Map<AuditLane, bigint[]>();
  /** Rows of Milvus whose keys no record has; looked for on demand alone. */
  extra: number | undefined;
  readonly extraShown: { readonly collection: AuditCollection; readonly key: string }[] = [];
  /** Records read. */
  records = 0;

  /** The first ones that were found, in the order of their places. */
  get shown(): readonly Finding[] {
    return this.#shown.toSorted((a, b) => a.lane.index - b.lane.index || (a.offset < b.offset ? -1 : 1));
  }

  add(state: State, count = 1): void {
    this.counts.set(state, this.count(state) + count);
  }

  count(state: State): number {
    return this.counts.get(state) ?? 0;
  }

  found(finding: Finding): void {
    this.add(finding.state);
    if (this.#shown.length < findingsShownMax) this.#shown.push(finding);
    const offsets = this.offsets.get(finding.lane);
    if (offsets) offsets.push(finding.offset);
    else this.offsets.set(finding.lane, [finding.offset]);
  }

  foundExtra(collection: AuditCollection, key: string): void {
    this.extra = (this.extra ?? 0) + 1;
    if (this.extraShown.length < findingsShownMax) this.extraShown.push({ collection, key });
  }

  /** So many rows are not there of those that cannot be matched; which ones nobody can tell. */
  lost(count: number): void {
    this.add('not matched', -count);
    this.add('missing', count);
  }

  get isWhole(): boolean {
    return this.count('missing') + this.count('stale') === 0;
  }
}
