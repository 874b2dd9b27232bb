/**
 * Reading JSON text by its bytes, whatever it is: nothing here takes the text for valid, nothing throws, and every step
 * moves on, so that garbage ends where its bytes end.
 */

const quote = 0x22;
const backslash = 0x5c;
const open = new Set([0x7b, 0x5b]);
const close = new Set([0x7d, 0x5d]);
const space = new Set([0x20, 0x09, 0x0a, 0x0d]);
const comma = 0x2c;

export const isObject = (document: Buffer, at: number): boolean => document[at] === 0x7b;
export const isArray = (document: Buffer, at: number): boolean => document[at] === 0x5b;
export const isString = (document: Buffer, at: number): boolean => document[at] === quote;

export function skipSpace(document: Buffer, from: number): number {
  let at = from;
  while (space.has(document[at] ?? 0)) at += 1;
  return at;
}

/** The end of the value that begins at `from`: behind its last byte, or of the document where it does not end. */
export function skipValue(document: Buffer, from: number): number {
  if (isString(document, from)) return skipString(document, from);
  if (open.has(document[from] ?? 0)) return skipContainer(document, from);
  let at = from;
  for (let byte = document[at]; byte !== undefined; byte = document[++at]) {
    if (byte === comma || close.has(byte) || space.has(byte)) break;
  }
  return at;
}

function skipString(document: Buffer, from: number): number {
  for (let at = from + 1; at < document.length; at++) {
    if (document[at] === backslash) at += 1;
    else if (document[at] === quote) return at + 1;
  }
  return document.length;
}

function skipContainer(document: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < document.length; at++) {
    const byte = document[at] ?? 0;
    if (byte === quote) at = skipString(document, at) - 1;
    else if (open.has(byte)) depth += 1;
    else if (close.has(byte)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return document.length;
}

/** One member of an object, or one element of a list, as a range of bytes. */
export interface Child {
  /** The content of its key; empty for an element. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The members or elements of the container at `from`, in their order. */
export function* childrenOf(document: Buffer, from: number): Generator<Child> {
  const hasNames = isObject(document, from);
  let at = skipSpace(document, from + 1);
  while (at < document.length && !close.has(document[at] ?? 0)) {
    const before = at;
    let name = '';
    if (hasNames) {
      const keyEnd = skipValue(document, at);
      name = contentOf(document, at, keyEnd);
      at = skipSpace(document, keyEnd);
      // The colon.
      at = skipSpace(document, at + 1);
    }
    const end = skipValue(document, at);
    yield { name, start: at, end };
    at = skipSpace(document, end);
    if (document[at] === comma) at = skipSpace(document, at + 1);
    if (at === before) at += 1;
  }
}

/** A string's content; its text as it is where it is no valid string. */
export function contentOf(document: Buffer, start: number, end: number): string {
  const text = document.toString('utf8', start, end);
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
