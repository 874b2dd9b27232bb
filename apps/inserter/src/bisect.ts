import type { MergedRows, Selection } from './merge.ts';
import type { Refusal } from './milvus-errors.ts';
import type { WriteResult } from './milvus-writer.ts';

/** What became of one row. */
export type RowState = 'untouched' | 'written' | 'superseded' | 'rejected';

/** Why not all rows were dealt with; rows `from` up to but not including `to` were in the call that ended it. */
export interface End {
  readonly result: Exclude<WriteResult, { kind: 'written' }>;
  readonly from: number;
  readonly to: number;
}

export interface Applied {
  /** Of every row, by part. */
  readonly states: readonly (readonly RowState[])[];
  /** The refusal of every rejected row, by part and row. */
  readonly refusals: readonly ReadonlyMap<number, Refusal>[];
  /** Absent when every row was dealt with, or when a rejection stops the lane. */
  readonly end?: End;
}

export interface ApplyOptions {
  /** What one call carries of rows `from` up to but not including `to`. */
  readonly select: (from: number, to: number) => Selection;
  readonly write: (selection: Selection) => Promise<WriteResult>;
  /** Called once, before rows are blamed: why the rows may not be to blame, if so. */
  readonly whyNotTheData: () => Promise<Refusal | undefined>;
  /** Rows are looked for in parts of a write that was refused. */
  readonly bisected?: (from: number, to: number, refusal: Refusal) => void;
  readonly stopAtRejection: boolean;
  /** Rows that are known to be refused, by part: the ones that `rows` skips. */
  readonly known?: readonly ReadonlyMap<number, Refusal>[];
}

/**
 * Writes rows by one call, and where Milvus refuses it for its data, finds the guilty rows by bisection: each half is
 * selected anew from the original rows, in offset order and one after the other, so a row counts as superseded only
 * when its successor is written, and never overtakes one. A refusal for size is halved likewise.
 */
export async function applyRows(rows: MergedRows, options: ApplyOptions): Promise<Applied> {
  const states = rows.parts.map((part) => new Array<RowState>(part.rowCount).fill('untouched'));
  const refusals = rows.parts.map(() => new Map<number, Refusal>());
  const set = (part: number, row: number, state: RowState) => {
    const ofPart = states[part];
    if (ofPart) ofPart[row] = state;
  };
  const reject = (part: number, row: number, refusal: Refusal) => {
    set(part, row, 'rejected');
    refusals[part]?.set(row, refusal);
  };
  const { known = [], stopAtRejection } = options;
  if (!stopAtRejection) rejectKnown(known, false, reject);
  const stop = stopAtRejection ? rows.firstSkipped : undefined;
  const left = [{ from: 0, to: stop ?? rows.rowCount }];
  let isDataToBlame = false;

  for (let next = left.pop(); next; next = left.pop()) {
    const { from, to } = next;
    const selection = from < to ? options.select(from, to) : nothing;
    if (selection.rowCount === 0) continue;
    const result = await options.write(selection);
    if (result.kind === 'written') {
      for (const range of selection.ranges) {
        for (let row = range.from; row < range.to; row++) set(range.part, row, 'written');
      }
      for (const { part, row } of selection.superseded) set(part, row, 'superseded');
      continue;
    }
    if (result.kind !== 'refused' || !isOfTheRows(result.refusal)) {
      return { states, refusals, end: { result, from, to } };
    }
    if (!isDataToBlame) {
      const refusal = await options.whyNotTheData();
      if (refusal) return { states, refusals, end: { result: { kind: 'refused', refusal }, from, to } };
      isDataToBlame = true;
    }
    const guilty = selection.ranges[0];
    if (to - from > 1) {
      const middle = from + Math.floor((to - from) / 2);
      left.push({ from: middle, to }, { from, to: middle });
      options.bisected?.(from, to, result.refusal);
    } else if (guilty) {
      reject(guilty.part, guilty.from, result.refusal);
      if (stopAtRejection) return { states, refusals };
    }
  }
  if (stopAtRejection) rejectKnown(known, true, reject);
  return { states, refusals };
}

const nothing: Selection = { ranges: [], rowCount: 0, superseded: [] };

/** All of them; of a lane that stops at its first rejection, only that one. */
function rejectKnown(
  known: readonly ReadonlyMap<number, Refusal>[],
  onlyFirst: boolean,
  reject: (part: number, row: number, refusal: Refusal) => void,
): void {
  for (const [part, ofPart] of known.entries()) {
    for (const [row, refusal] of ofPart) {
      reject(part, row, refusal);
      if (onlyFirst) return;
    }
  }
}

function isOfTheRows(refusal: Refusal): boolean {
  return refusal.class === 'data' || refusal.class === 'split';
}
