import type { MergedEntries, Selection } from './merge.ts';
import type { Refusal } from './milvus-errors.ts';
import type { WriteResult } from './milvus-writer.ts';
import { refusalRules } from './refusal-classes.ts';

/** What became of one entry; `done`: its row is written, or its key deleted. */
export type EntryState = 'untouched' | 'done' | 'superseded' | 'rejected';

/** Why not all entries were dealt with; entries `from` up to but not including `to` were in the call that ended it. */
export interface End {
  readonly result: Exclude<WriteResult, { kind: 'done' }>;
  readonly from: number;
  readonly to: number;
}

export interface Applied {
  /** Of every entry, by part. */
  readonly states: readonly (readonly EntryState[])[];
  /** The refusal of every rejected entry, by part and entry. */
  readonly refusals: readonly ReadonlyMap<number, Refusal>[];
  /** Absent when every entry was dealt with, or when a rejection stops the lane. */
  readonly end?: End;
}

/** Entries `from` up to but not including `middle`, and those from there up to but not including `to`. */
export interface Halves {
  readonly from: number;
  readonly middle: number;
  readonly to: number;
}

export interface ApplyOptions {
  /** What one write carries of entries `from` up to but not including `to`. */
  readonly select: (from: number, to: number) => Selection;
  readonly write: (selection: Selection) => Promise<WriteResult>;
  /** Called once, before entries are blamed: why they may not be to blame, if so. */
  readonly whyNotTheData: () => Promise<Refusal | undefined>;
  /** Entries are looked for in two parts of a write that was refused. */
  readonly bisected?: (halves: Halves, refusal: Refusal) => void;
  readonly stopAtRejection: boolean;
  /** Ascending numbers of entries before which one write ends and another begins. */
  readonly cuts?: readonly number[];
  /** Entries that are known to be refused, by part: the ones that `merged` skips. */
  readonly known?: readonly ReadonlyMap<number, Refusal>[];
}

/**
 * Writes entries at once, and where Milvus refuses that for its data, finds the guilty entries by bisection: each half is
 * selected anew from the original entries, in offset order and one after the other, so an entry counts as superseded only
 * when its successor has taken effect, and never overtakes one. A refusal for size is halved likewise.
 */
export async function applyEntries(merged: MergedEntries, options: ApplyOptions): Promise<Applied> {
  const states = merged.parts.map((part) => new Array<EntryState>(part.count).fill('untouched'));
  const refusals = merged.parts.map(() => new Map<number, Refusal>());
  const set = (part: number, entry: number, state: EntryState) => {
    const ofPart = states[part];
    if (ofPart) ofPart[entry] = state;
  };
  const reject = (part: number, entry: number, refusal: Refusal) => {
    set(part, entry, 'rejected');
    refusals[part]?.set(entry, refusal);
  };
  const { cuts = [], known = [], stopAtRejection } = options;
  if (!stopAtRejection) rejectKnown(known, false, reject);
  const stop = (stopAtRejection ? merged.firstSkipped : undefined) ?? merged.count;
  const left = piecesOf(stop, cuts).toReversed();
  let isDataToBlame = false;

  for (let next = left.pop(); next; next = left.pop()) {
    const { from, to } = next;
    const selection = from < to ? options.select(from, to) : nothing;
    if (selection.ranges.length === 0) continue;
    const result = await options.write(selection);
    if (result.kind === 'done') {
      for (const range of selection.ranges) {
        for (let entry = range.from; entry < range.to; entry++) set(range.part, entry, 'done');
      }
      for (const { part, entry } of selection.superseded) set(part, entry, 'superseded');
      continue;
    }
    if (result.kind !== 'refused' || !refusalRules[result.refusal.class].isOfTheEntries) {
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
      options.bisected?.({ from, middle, to }, result.refusal);
    } else if (guilty) {
      reject(guilty.part, guilty.from, result.refusal);
      if (stopAtRejection) return { states, refusals };
    }
  }
  if (stopAtRejection) rejectKnown(known, true, reject);
  return { states, refusals };
}

function piecesOf(end: number, cuts: readonly number[]): { readonly from: number; readonly to: number }[] {
  const places = [0, ...cuts.filter((cut) => cut < end), end];
  return places.slice(1).map((to, index) => ({ from: places[index] ?? 0, to }));
}

const nothing: Selection = { ranges: [], rowCount: 0, deleteCount: 0, superseded: [] };

/** All of them; of a lane that stops at its first rejection, only that one. */
function rejectKnown(
  known: readonly ReadonlyMap<number, Refusal>[],
  onlyFirst: boolean,
  reject: (part: number, entry: number, refusal: Refusal) => void,
): void {
  for (const [part, ofPart] of known.entries()) {
    for (const [entry, refusal] of ofPart) {
      reject(part, entry, refusal);
      if (onlyFirst) return;
    }
  }
}
