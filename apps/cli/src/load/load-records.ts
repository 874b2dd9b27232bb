/** What a load is made of. */
export interface LoadPlan {
  /** Numbers of each vector. */
  readonly dim: number;
  /** How many different keys, and so entities. */
  readonly keys: number;
  /** From 0 to 1: the share of records that no collection takes. */
  readonly badShare: number;
}

export interface LoadRecord {
  readonly key: string;
  readonly value: string;
  readonly isBad: boolean;
}

interface Row {
  readonly id: number;
  readonly title: string;
  readonly title_vector: readonly number[];
  readonly link: string;
}

/** What goes wrong in practice, each with a code of its own; they take turns. */
const defects: readonly ((row: Row) => string)[] = [
  (row) => JSON.stringify({ ...row, title_vector: row.title_vector.slice(1) }),
  (row) => JSON.stringify({ ...row, id: String(row.id) }),
  ({ id, title, link }) => JSON.stringify({ id, title, link }),
  (row) => JSON.stringify(row).slice(0, -10),
];

/**
 * The record number `index`, counted from 0, of a load, for a collection with the fields of the tutorial: always the same
 * for the same plan. Keys take turns, so a key's records come in the order of their titles. Bad ones are spread evenly:
 * of the first n records, n times `badShare` are bad, rounded down.
 */
export function loadRecord(index: number, plan: LoadPlan): LoadRecord {
  const id = index % plan.keys;
  const row: Row = {
    id,
    title: `record ${index}`,
    title_vector: Array.from({ length: plan.dim }, (_, axis) => Number(Math.sin(index + axis).toFixed(6))),
    link: '',
  };
  const badBefore = badCount(index, plan.badShare);
  const isBad = badCount(index + 1, plan.badShare) > badBefore;
  const write = isBad ? defects[badBefore % defects.length] : undefined;
  return { key: String(id), value: write ? write(row) : JSON.stringify(row), isBad };
}

/** How many of the first `count` records are bad. */
export const badCount = (count: number, badShare: number): number => Math.floor(count * badShare);
