import { childrenOf, isArray, isObject, skipSpace, skipValue } from './json-bytes.ts';
import { memberPath } from './json-path.ts';

/** Where in a document something is, in bytes. */
export interface Located {
  readonly start: number;
  readonly end: number;
  /** Of the innermost member on the way; undefined at the top. */
  readonly name: string | undefined;
  /** What is behind that member on the way, such as `[3]`. */
  readonly within: readonly Element[];
  /** The rest of the path, which the document does not have; what is located is then the innermost value that it has. */
  readonly missing: string;
}

/** An element of the list that begins at `listStart`. */
export interface Element {
  readonly listStart: number;
  readonly index: number;
}

/** Finds what a path of `memberPath` and `elementPath` names, in any bytes. `root` is what the path begins with. */
export function locate(document: Buffer, path: string, root = '$'): Located {
  let rest = path.startsWith(root) ? path.slice(root.length) : '';
  let start = skipSpace(document, 0);
  let end = skipValue(document, start);
  let name: string | undefined;
  let within: Element[] = [];
  while (rest !== '') {
    if (isObject(document, start)) {
      const member = memberAt(document, start, rest);
      if (!member) break;
      ({ name, start, end, rest } = member);
      within = [];
    } else if (isArray(document, start)) {
      const listStart = start;
      const element = elementAt(document, start, rest);
      if (!element) break;
      ({ start, end, rest } = element);
      within.push({ listStart, index: element.index });
    } else break;
  }
  return { start, end, name, within, missing: rest };
}

/** The member that the rest of a path begins with: of several that fit the longest name, of equal ones the last. */
function memberAt(document: Buffer, objectStart: number, rest: string) {
  let found: { name: string; start: number; end: number; rest: string } | undefined;
  for (const { name, start, end } of childrenOf(document, objectStart)) {
    const left = without(rest, memberPath('', name));
    if (left !== undefined && (!found || left.length <= found.rest.length)) found = { name, start, end, rest: left };
  }
  return found;
}

/** What is left of a path behind a segment; paths that were shortened end within one. */
function without(path: string, segment: string): string | undefined {
  if (path.endsWith('…') && segment.startsWith(path.slice(0, -1))) return '';
  const left = path.startsWith(segment) ? path.slice(segment.length) : undefined;
  return left === '' || left?.startsWith('.') || left?.startsWith('[') ? left : undefined;
}

function elementAt(document: Buffer, listStart: number, rest: string) {
  const [segment = '', digits = ''] = /^\[(\d{1,9})\]/.exec(rest) ?? [];
  if (segment === '') return undefined;
  const index = Number(digits);
  let at = 0;
  for (const { start, end } of childrenOf(document, listStart)) {
    if (at === index) return { index, start, end, rest: rest.slice(segment.length) };
    at += 1;
  }
  return undefined;
}
