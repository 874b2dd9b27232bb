import { elementPath, memberPath } from '../shown-text.ts';
import { kindOf, skipValue, skipWhitespace, stringText } from './json-value.ts';

/** Where a byte of a document is, as an editor would say it: line and character from 1. */
export function positionOf(bytes: Buffer, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let next = bytes.indexOf(0x0a); next >= 0 && next < at; next = bytes.indexOf(0x0a, next + 1)) {
    line += 1;
    lineStart = next + 1;
  }
  let column = 1;
  for (let i = lineStart; i < at; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) column += 1;
  return `byte ${at} (line ${line}, column ${column})`;
}

/** The JSON path of the innermost value, or of the member whose key, that holds byte `at` of a valid document. */
export function pathOf(bytes: Buffer, at: number): string {
  let path = '$';
  let start = skipWhitespace(bytes, 0);
  for (;;) {
    const kind = kindOf(bytes[start]);
    if (kind !== 'object' && kind !== 'array') return path;
    const child = childAt(bytes, start, at, kind === 'object');
    if (!child) return path;
    path = child.name === undefined ? elementPath(path, child.index) : memberPath(path, child.name);
    if (at < child.valueStart) return path;
    start = child.valueStart;
  }
}

interface Child {
  readonly name: string | undefined;
  readonly index: number;
  readonly valueStart: number;
}

/** The member or element of the container at `start` that reaches to byte `at` or beyond. */
function childAt(bytes: Buffer, start: number, at: number, isObject: boolean): Child | undefined {
  let next = skipWhitespace(bytes, start + 1);
  for (let index = 0; next <= at && next < bytes.length; index++) {
    let name: string | undefined;
    let valueStart = next;
    if (isObject) {
      const keyEnd = skipValue(bytes, next);
      name = stringText(bytes, next, keyEnd, true);
      valueStart = skipWhitespace(bytes, skipWhitespace(bytes, keyEnd) + 1);
    }
    const end = skipValue(bytes, valueStart);
    if (end > at) return { name, index, valueStart };
    next = skipWhitespace(bytes, skipWhitespace(bytes, end) + 1);
  }
  return undefined;
}
