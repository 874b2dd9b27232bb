import { columnsOf, shortened } from './columns.ts';
import { type Child, childrenOf, contentOf, isArray, isObject, isString } from './json-bytes.ts';
import { type Element, locate } from './locate.ts';

/** A line of a record, and which part of it is meant. Safe for a terminal, whatever the record holds. */
export interface Excerpt {
  readonly text: string;
  /** Columns before the part that is meant, and its own. */
  readonly from: number;
  readonly width: number;
  /** What is not to be seen in the text; may be empty. */
  readonly note: string;
}

export interface ExcerptOptions {
  /** What paths of the document begin with. */
  readonly root?: string;
  /** Byte of the document that is meant, where it is no value. */
  readonly byte?: number | undefined;
  /** Values are shown as `***`. */
  readonly masked?: boolean;
}

/** Columns for a value, and for the name before it. */
const valueColumns = 48;
const nameColumns = 32;
/** Columns of one element or member of a value. */
const partColumns = 16;
/** Bytes shown before and behind one that is meant. */
const bytesBefore = 40;
const bytesBehind = 20;

/** The part of a document that a path names, in one line. Takes any bytes and any path, and never throws. */
export function excerptOf(document: Buffer, path: string, options: ExcerptOptions = {}): Excerpt {
  if (document.length === 0) return { text: '', from: 0, width: 1, note: 'no bytes' };
  if (options.masked) return maskedExcerpt(document, path, options.root);
  if (options.byte !== undefined && options.byte <= document.length) return excerptAt(document, options.byte);
  const { start, end, name, within, missing } = locate(document, path, options.root);
  const [list, ...deeper] = within;
  const isInList = list !== undefined && deeper.length === 0;
  const label = labelOf(name, isInList ? [] : within);
  const before = isInList ? beforeElement(list.index) : '';
  const value = briefValue(document, start, end, valueColumns);
  const after = isInList ? afterElement(document, list.listStart, list.index) : '';
  // A path into a string is one into what the string encodes, such as the numbers of a vector in base64.
  const note = missing === '' || isString(document, start) ? '' : `no ${shortened(missing, nameColumns)} here`;
  return { text: label + before + value + after, from: columnsOf(label + before), width: columnsOf(value), note };
}

function maskedExcerpt(document: Buffer, path: string, root: string | undefined): Excerpt {
  const { name, missing } = locate(document, path, root);
  const label = labelOf(name);
  const note = missing === '' ? '' : `no ${shortened(missing, nameColumns)} here`;
  return { text: `${label}***`, from: columnsOf(label), width: 3, note };
}

/** `"name": `, or `"name"[1][2]: ` for an element of a list in a list. */
function labelOf(name: string | undefined, within: readonly Element[] = []): string {
  const steps = within.map(({ index }) => `[${index}]`).join('');
  const label =
    (name === undefined ? '' : shortened(JSON.stringify(name), nameColumns)) + shortened(steps, nameColumns);
  return label === '' ? '' : `${label}: `;
}

const beforeElement = (index: number): string => (index === 0 ? '[' : `[… ${index} before, `);

function afterElement(document: Buffer, listStart: number, index: number): string {
  const behind = countOf(document, listStart) - index - 1;
  return behind > 0 ? `, … ${behind} behind]` : ']';
}

function countOf(document: Buffer, start: number): number {
  let count = 0;
  for (const _ of childrenOf(document, start)) count += 1;
  return count;
}

/** The bytes around one, with that one marked. */
function excerptAt(document: Buffer, byte: number): Excerpt {
  let start = Math.max(0, byte - bytesBefore);
  // Not in the middle of a character.
  while (start > 0 && start < byte && ((document[start] ?? 0) & 0xc0) === 0x80) start += 1;
  const end = Math.min(document.length, byte + bytesBehind);
  let next = byte + 1;
  while (next < end && ((document[next] ?? 0) & 0xc0) === 0x80) next += 1;
  const show = (from: number, to: number) => shortened(document.toString('utf8', from, to), Number.POSITIVE_INFINITY);
  const before = (start > 0 ? '…' : '') + show(start, byte);
  const marked = show(byte, next);
  const after = show(next, end) + (end < document.length ? '…' : '');
  return { text: before + marked + after, from: columnsOf(before), width: Math.max(1, columnsOf(marked)), note: '' };
}

/** A value in at most about `room` columns; a container by its first parts and their number. */
function briefValue(document: Buffer, start: number, end: number, room: number): string {
  if (isObject(document, start) || isArray(document, start)) return briefContainer(document, start, room);
  // An escape of six bytes is one column.
  const text = document.toString('utf8', start, Math.min(end, start + 6 * room));
  const isWholeString = isString(document, start) && start + 6 * room >= end;
  return shortened(isWholeString ? JSON.stringify(contentOf(document, start, end)) : text, room);
}

function briefContainer(document: Buffer, start: number, room: number): string {
  const hasNames = isObject(document, start);
  const shown: string[] = [];
  let columns = 0;
  let count = 0;
  for (const child of childrenOf(document, start)) {
    count += 1;
    if (columns >= room) continue;
    const part =
      (hasNames ? `${shortened(JSON.stringify(child.name), partColumns)}: ` : '') + briefPart(document, child);
    columns += columnsOf(part) + 2;
    if (columns < room) shown.push(part);
  }
  if (shown.length < count) shown.push(`… ${count} ${hasNames ? 'members' : 'values'}`);
  return hasNames ? `{${shown.join(', ')}}` : `[${shown.join(', ')}]`;
}

/** A member or element; one that is a container itself is only hinted at. */
function briefPart(document: Buffer, { start, end }: Child): string {
  if (isObject(document, start)) return '{…}';
  return isArray(document, start) ? '[…]' : briefValue(document, start, end, partColumns);
}
