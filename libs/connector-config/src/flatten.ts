import type { KeyTable } from './key-spec.ts';
import { LineIndex } from './line-index.ts';
import { keyName } from './parse-properties.ts';
import type { Entry, Position, Report } from './problem.ts';
import { quotedName, splitList } from './split-list.ts';

/** What JSON and YAML have in common; offsets are UTF-16 units from 0. A scalar's text is literal: `no` stays `no`. */
export type Tree =
  | { readonly kind: 'scalar'; readonly offset: number; readonly text: string }
  | { readonly kind: 'list'; readonly offset: number; readonly items: readonly Tree[] }
  | { readonly kind: 'map'; readonly offset: number; readonly pairs: readonly TreePair[] };

export interface TreePair {
  readonly key: string;
  readonly offset: number;
  readonly value: Tree;
}

const depthMax = 16;
// What Kafka Connect's REST API puts around a config.
const restMembers = new Set(['tasks', 'type', 'initial_state']);

/**
 * The keys of a JSON or YAML document: nested maps are joined by dots, lists of scalars by commas, and the map of a key
 * whose type is one becomes `a:b,c:d`. Both `{"name": .., "config": {..}}`, the form of Kafka Connect's REST API, and a
 * flat map are understood.
 */
export function flatten(file: string, text: string, root: Tree, report: Report, table: KeyTable): Entry[] {
  const index = new LineIndex(file, text);
  if (root.kind !== 'map') {
    report.problem(index.at(root.offset), 'the file must hold one map of keys and values');
    return [];
  }
  const entries = new Map<string, Entry>();
  const add = (key: string, at: Position, value: string): void => {
    const earlier = entries.get(key);
    if (earlier === undefined) entries.set(key, { ...at, key, text: value });
    else if (earlier.text !== value) {
      report.problem(at, `set twice; first in line ${earlier.line ?? '?'}`, { key: keyName(key) });
    }
  };
  const walk = (prefix: string, pairs: readonly TreePair[], depth: number): void => {
    for (const { key, offset, value } of pairs) {
      const at = index.at(offset);
      const full = prefix === '' ? key : `${prefix}.${key}`;
      if (value.kind === 'scalar') add(full, at, value.text);
      else if (value.kind === 'map' && typeOf(table, full) === 'map') addMap(full, at, value.pairs);
      else if (value.kind === 'list') addList(full, at, value.items);
      else if (depth < depthMax) walk(full, value.pairs, depth + 1);
      else report.problem(at, `maps are nested more than ${depthMax} deep`);
    }
  };
  const addList = (key: string, at: Position, items: readonly Tree[]): void => {
    const write = itemWriter(typeOf(table, key));
    const texts = items.map((item) => (item.kind === 'scalar' ? write(item.text) : undefined));
    if (texts.every((item) => item !== undefined)) add(key, at, texts.join(','));
    else report.problem(at, 'a list may hold plain values only, without commas', { key: keyName(key) });
  };
  const addMap = (key: string, at: Position, pairs: readonly TreePair[]): void => {
    const texts = pairs.map((pair) =>
      pair.value.kind === 'scalar' ? `${quotedName(pair.key)}:${pathOrName(pair.value.text)}` : undefined,
    );
    if (texts.every((item) => item !== undefined)) add(key, at, texts.join(','));
    else report.problem(at, 'a map may hold plain values only', { key: keyName(key) });
  };
  const config = root.pairs.find(({ key, value }) => key === 'config' && value.kind === 'map')?.value;
  if (config?.kind !== 'map') {
    walk('', root.pairs, 1);
    return [...entries.values()];
  }
  for (const pair of root.pairs.filter(({ key }) => restMembers.has(key))) {
    report.note(index.at(pair.offset), pair.key, 'ignored: only name and config are read');
  }
  const around = root.pairs.filter(({ key }) => key !== 'config' && !restMembers.has(key));
  walk('', [...around, ...config.pairs], 1);
  return [...entries.values()];
}

function typeOf(table: KeyTable, key: string): string {
  return (Object.hasOwn(table, key) ? table[key]?.type : undefined) ?? 'any';
}

/** How an item is written into the text of a list; undefined where it cannot be. */
function itemWriter(type: string): (text: string) => string | undefined {
  if (type === 'list') return (text) => (/[,'"\\]/.test(text) ? quotedName(text) : text);
  if (type === 'map') return (text) => (isOneItem(text) ? text : undefined);
  return (text) => (text.includes(',') ? undefined : text);
}

/** A path has quotes of its own. */
function pathOrName(text: string): string {
  return text.startsWith('$') && isOneItem(text) ? text : quotedName(text);
}

function isOneItem(text: string): boolean {
  const items = splitList(text);
  return !('failure' in items) && items.length <= 1;
}
