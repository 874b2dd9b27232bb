import type { Entries } from './entries.ts';
import type { RequestColumn } from './request.ts';

/** Entries `from` up to but not including `to` of one part. */
export interface Range {
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** Numbers of entries of one part. */
export type Skipped = Pick<ReadonlyMap<number, unknown>, 'has' | 'keys' | 'size'>;

/** What one write of Milvus carries: ranges in offset order, and the entries that it leaves out for a later one. */
export interface Selection {
  readonly ranges: readonly Range[];
  readonly rowCount: number;
  readonly deleteCount: number;
  readonly superseded: readonly { readonly part: number; readonly entry: number }[];
}

/** The entries of several batches of one stripe, in order, numbered through from 0. */
export class MergedEntries {
  readonly parts: readonly Entries[];
  readonly count: number;
  readonly #starts: readonly number[];
  readonly #skipped: readonly Skipped[];

  /** @param skipped entries that no selection holds, by part */
  constructor(parts: readonly Entries[], skipped: readonly Skipped[] = []) {
    this.parts = parts;
    this.#skipped = skipped;
    const starts = [0];
    for (const part of parts) starts.push((starts.at(-1) ?? 0) + part.count);
    this.#starts = starts;
    this.count = starts.at(-1) ?? 0;
  }

  get rowCount(): number {
    return this.parts.reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  get deleteCount(): number {
    return this.count - this.rowCount;
  }

  /** The number of an entry of a part. */
  numberOf(part: number, entry: number): number {
    return (this.#starts[part] ?? 0) + entry;
  }

  /** The part and the entry of a number. */
  placeOf(number: number): { readonly part: number; readonly entry: number } {
    const part = this.#starts.findLastIndex((start) => start <= number);
    return { part, entry: number - (this.#starts[part] ?? 0) };
  }

  /** The number of the first entry that is skipped. */
  get firstSkipped(): number | undefined {
    const part = this.parts.findIndex((_, index) => (this.#skipped[index]?.size ?? 0) > 0);
    return part === -1 ? undefined : (this.#starts[part] ?? 0) + Math.min(...(this.#skipped[part]?.keys() ?? []));
  }

  /** Entries `from` up to but not including `to`, as they are. */
  select(from: number, to: number): Selection {
    return this.#selectionOf(this.#rangesOf(from, to), []);
  }

  /** The same, of each key only the last entry, be it a row or a delete. Every part has the key column. */
  selectLast(from: number, to: number, keyField: string): Selection {
    const seen = new Set<string>();
    const superseded: { part: number; entry: number }[] = [];
    const ranges: Range[] = [];
    for (const { part, from: first, to: end } of this.#rangesOf(from, to).toReversed()) {
      const keys = this.parts[part]?.keys(keyField) ?? [];
      let keptEnd = end;
      for (let entry = end - 1; entry >= first; entry--) {
        const key = keys[entry] ?? '';
        if (!seen.has(key)) {
          seen.add(key);
          continue;
        }
        superseded.push({ part, entry });
        if (entry + 1 < keptEnd) ranges.push({ part, from: entry + 1, to: keptEnd });
        keptEnd = entry;
      }
      if (first < keptEnd) ranges.push({ part, from: first, to: keptEnd });
    }
    return this.#selectionOf(ranges.toReversed(), superseded);
  }

  /**
   * Where entries are cut so that between two cuts no row comes behind a delete of its key. For partial updates: the last
   * entry of a key stands for those before it only where it says all of the row, and such a row, without the delete before
   * it, would be merged into the one that should be gone.
   */
  cutsBehindDeletes(keyField: string): readonly number[] {
    const cuts: number[] = [];
    const deleted = new Set<string>();
    for (const [part, entries] of this.parts.entries()) {
      const keys = entries.deleteCount > 0 || deleted.size > 0 ? (entries.keys(keyField) ?? []) : [];
      for (const [entry, key] of keys.entries()) {
        if (entries.isDelete(entry)) deleted.add(key);
        if (entries.isDelete(entry) || !deleted.has(key)) continue;
        cuts.push((this.#starts[part] ?? 0) + entry);
        deleted.clear();
      }
    }
    return cuts;
  }

  /** The columns of a selection's rows: each field's runs one behind the other. */
  columns({ ranges }: Selection): readonly RequestColumn[] {
    const model = this.parts.find(({ rowCount }) => rowCount > 0);
    return (model?.columns ?? []).map(({ column }, index) => {
      const slices = ranges.flatMap(({ part, from, to }) => {
        const entries = this.parts[part];
        if (!entries || entries.rowCount === 0) return [];
        const run = entries.columns[index];
        if (!run) throw new Error('the parts of a write have the same columns');
        return [run.slice(entries.rowsBefore(from), entries.rowsBefore(to))];
      });
      return {
        name: column.fieldName,
        structName: column.structName,
        type: column.type,
        dim: Math.max(...this.parts.map((part) => part.columns[index]?.column.dim ?? 0)),
        elementType: column.elementType,
        isDynamic: column.isDynamic,
        elements: slices.map((slice) => slice.elements),
        valid: slices.map((slice) => slice.valid),
      };
    });
  }

  /** The keys that a selection deletes, each an element of the key's run. */
  deletedKeys({ ranges }: Selection): readonly Buffer[] {
    return ranges.flatMap(({ part, from, to }) => {
      const entries = this.parts[part];
      const first = entries?.deletesBefore(from) ?? 0;
      const count = (entries?.deletesBefore(to) ?? 0) - first;
      return Array.from({ length: count }, (_, index) => {
        const run = entries?.deletedKeys;
        if (!run) throw new Error('a part with deletes has their keys');
        return run.slice(first + index, first + index + 1).elements;
      });
    });
  }

  #rangesOf(from: number, to: number): readonly Range[] {
    return this.parts.flatMap((entries, part) => {
      const start = this.#starts[part] ?? 0;
      const range = { part, from: Math.max(0, from - start), to: Math.min(entries.count, to - start) };
      return range.from < range.to ? without(range, this.#skipped[part]) : [];
    });
  }

  #selectionOf(ranges: readonly Range[], superseded: Selection['superseded']): Selection {
    const count = (entriesBefore: 'rowsBefore' | 'deletesBefore') =>
      ranges.reduce((sum, { part, from, to }) => {
        const entries = this.parts[part];
        return entries ? sum + entries[entriesBefore](to) - entries[entriesBefore](from) : sum;
      }, 0);
    return { ranges, rowCount: count('rowsBefore'), deleteCount: count('deletesBefore'), superseded };
  }
}

function without(range: Range, skipped: Skipped | undefined): Range[] {
  if (!skipped || skipped.size === 0) return [range];
  const ranges: Range[] = [];
  let { from } = range;
  for (let entry = from; entry <= range.to; entry++) {
    if (entry < range.to && !skipped.has(entry)) continue;
    if (from < entry) ranges.push({ ...range, from, to: entry });
    from = entry + 1;
  }
  return ranges;
}
