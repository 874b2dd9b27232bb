import { elementsOf, type JsonMember, type JsonValue, membersOf } from '../formats/json-value.ts';
import type { Report } from '../report.ts';
import { elementPath, memberPath, shownRange, shownValue } from '../shown-text.ts';

/** The entries of a sparse vector as the record has them, in its order. */
export interface SparseEntries {
  readonly entries: readonly SparseEntry[];
  /** Where the index and the value of an entry stand. */
  indexPath(place: number): string;
  valuePath(place: number): string;
}

export interface SparseEntry {
  /** A key, or a value that should be a number. */
  readonly index: string | JsonValue;
  readonly value: JsonValue;
}

/**
 * Takes a scanned object or list for one of the three forms of a sparse vector: an object of values by index; an object
 * of exactly two lists of one length, `indices` and `values`; a list of pairs. What is none of them is reported, and
 * undefined.
 */
export function sparseEntries(
  document: Buffer,
  vector: JsonValue,
  path: string,
  report: Report,
): SparseEntries | undefined {
  if (vector.kind === 'array') return ofPairs(document, vector, path, report);
  const members = [...membersOf(document, vector)];
  const indices = members.find(({ name }) => name === 'indices');
  const values = members.find(({ name }) => name === 'values');
  if (indices && values && members.length === 2) return ofLists(document, indices, values, path, report);
  if (indices || values) {
    const found = shownValue(members.map(({ name }) => name).join(', '));
    report.add('V047', { path, expected: 'the keys indices and values, and no others', found });
    return undefined;
  }
  const placeOf = (place: number) => memberPath(path, members[place]?.name ?? '');
  const entries = members.map(({ name, value }) => ({ index: name, value }));
  return { entries, indexPath: placeOf, valuePath: placeOf };
}

function ofLists(
  document: Buffer,
  indices: JsonMember,
  values: JsonMember,
  path: string,
  report: Report,
): SparseEntries | undefined {
  for (const { name, value } of [indices, values]) {
    if (value.kind === 'array') continue;
    const found = shownRange(document, value.start, value.end);
    report.add('V047', { path: memberPath(path, name), expected: 'a list', found });
  }
  if (indices.value.kind !== 'array' || values.value.kind !== 'array') return undefined;
  const given = [...elementsOf(document, values.value)];
  const entries: SparseEntry[] = [];
  let count = 0;
  for (const index of elementsOf(document, indices.value)) {
    const value = given[count++];
    if (value) entries.push({ index, value });
  }
  if (count !== given.length) {
    const found = `${count} indices and ${given.length} values`;
    report.add('V047', { path, message: `the sparse vector has ${found}`, expected: 'as many of both', found });
    return undefined;
  }
  return {
    entries,
    indexPath: (place) => elementPath(memberPath(path, 'indices'), place),
    valuePath: (place) => elementPath(memberPath(path, 'values'), place),
  };
}

function ofPairs(document: Buffer, list: JsonValue, path: string, report: Report): SparseEntries | undefined {
  const entries: SparseEntry[] = [];
  let place = 0;
  for (const element of elementsOf(document, list)) {
    const [index, value, ...more] = element.kind === 'array' ? elementsOf(document, element) : [];
    if (index && value && more.length === 0) entries.push({ index, value });
    else {
      const found = shownRange(document, element.start, element.end);
      report.add('V047', { path: elementPath(path, place), expected: 'a pair of index and value: [7, 0.5]', found });
    }
    place++;
  }
  if (entries.length < place) return undefined;
  return {
    entries,
    indexPath: (at) => elementPath(elementPath(path, at), 0),
    valuePath: (at) => elementPath(elementPath(path, at), 1),
  };
}
