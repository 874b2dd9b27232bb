import type { RequestColumn } from './request.ts';
import type { Rows } from './rows.ts';

/** Rows `from` up to but not including `to` of one part. */
export interface Range {
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** Numbers of rows of one part. */
export type Skipped = Pick<ReadonlyMap<number, unknown>, 'has' | 'keys' | 'size'>;

/** What one call to Milvus carries: ranges in offset order, and the rows that it leaves out for a later one. */
export interface Selection {
  readonly ranges: readonly Range[];
  readonly rowCount: number;
  readonly superseded: readonly { readonly part: number; readonly row: number }[];
}

/** The rows of several batches of one stripe, in order, numbered through from 0. */
export class MergedRows {
  readonly parts: readonly Rows[];
  readonly rowCount: number;
  readonly #starts: readonly number[];

  readonly #skipped: readonly Skipped[];

  /** @param skipped rows that no selection holds, by part */
  constructor(parts: readonly Rows[], skipped: readonly Skipped[] = []) {
    this.parts = parts;
    this.#skipped = skipped;
    const starts = [0];
    for (const part of parts) starts.push((starts.at(-1) ?? 0) + part.rowCount);
    this.#starts = starts;
    this.rowCount = starts.at(-1) ?? 0;
  }

  /** The number of the first row that is skipped. */
  get firstSkipped(): number | undefined {
    const part = this.parts.findIndex((_, index) => (this.#skipped[index]?.size ?? 0) > 0);
    return part === -1 ? undefined : (this.#starts[part] ?? 0) + Math.min(...(this.#skipped[part]?.keys() ?? []));
  }

  /** Rows `from` up to but not including `to`, as they are. */
  select(from: number, to: number): Selection {
    const ranges = this.parts.flatMap((rows, part) => {
      const start = this.#starts[part] ?? 0;
      const range = { part, from: Math.max(0, from - start), to: Math.min(rows.rowCount, to - start) };
      return range.from < range.to ? without(range, this.#skipped[part]) : [];
    });
    return { ranges, rowCount: ranges.reduce((sum, range) => sum + range.to - range.from, 0), superseded: [] };
  }

  /** The same, of each key only the last row. Every part has the key column. */
  selectLast(from: number, to: number, keyField: string): Selection {
    const seen = new Set<string>();
    const superseded: { part: number; row: number }[] = [];
    const ranges: Range[] = [];
    for (const { part, from: first, to: end } of this.select(from, to).ranges.toReversed()) {
      const keys = this.parts[part]?.keys(keyField) ?? [];
      let keptEnd = end;
      for (let row = end - 1; row >= first; row--) {
        const key = keys[row] ?? '';
        if (!seen.has(key)) {
          seen.add(key);
          continue;
        }
        superseded.push({ part, row });
        if (row + 1 < keptEnd) ranges.push({ part, from: row + 1, to: keptEnd });
        keptEnd = row;
      }
      if (first < keptEnd) ranges.push({ part, from: first, to: keptEnd });
    }
    return { ranges: ranges.toReversed(), rowCount: seen.size, superseded };
  }

  /** The columns of a selection: each field's runs one behind the other. */
  columns(selection: Selection): readonly RequestColumn[] {
    return (this.parts[0]?.columns ?? []).map(({ column }, index) => {
      const slices = selection.ranges.map(({ part, from, to }) => {
        const run = this.parts[part]?.columns[index];
        if (!run) throw new Error('the parts of a write have the same columns');
        return run.slice(from, to);
      });
      return {
        name: column.fieldName,
        type: column.type,
        dim: Math.max(...this.parts.map((part) => part.columns[index]?.column.dim ?? 0)),
        elementType: column.elementType,
        isDynamic: column.isDynamic,
        elements: slices.map((slice) => slice.elements),
        valid: slices.map((slice) => slice.valid),
      };
    });
  }
}

function without(range: Range, skipped: Skipped | undefined): Range[] {
  if (!skipped || skipped.size === 0) return [range];
  const ranges: Range[] = [];
  let { from } = range;
  for (let row = from; row <= range.to; row++) {
    if (row < range.to && !skipped.has(row)) continue;
    if (from < row) ranges.push({ ...range, from, to: row });
    from = row + 1;
  }
  return ranges;
}
