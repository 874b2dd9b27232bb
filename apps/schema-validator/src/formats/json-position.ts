import { elementPath, memberPath } from '../shown-text.ts';
import { skipValue, skipWhitespace, stringText } from './json-value.ts';

/** Where something of a document is, for people. */
export interface Place {
  readonly path: string;
  /** As an editor would say it: byte, line and character. */
  readonly position: string;
}

/** Where a byte of a document is: its number from 0, line and character from 1. */
export function positionOf(bytes: Buffer, at: number): string {
  return new LineCounter(bytes).positionOf(at);
}

/**
 * Paths and positions of some bytes of a valid document, which ascend: of the innermost values, or of the members whose
 * keys, that hold them. One pass, however many they are and however deep they lie. They may be of one value in it alone,
 * which begins at `start` and has a path of its own.
 */
export function placesOf(bytes: Buffer, wanted: readonly number[], start = 0, root = '$'): readonly Place[] {
  const lines = new LineCounter(bytes);
  const levels: Level[] = [];
  const places: Place[] = [];
  for (let at = skipWhitespace(bytes, start); at < bytes.length; ) {
    const byte = bytes[at];
    const end = byte === 0x22 || !isStructural(byte) ? skipValue(bytes, at) : at + 1;
    const level = levels.at(-1);
    if (byte === 0x22 && level?.isObject && level.keyEnd === 0) {
      level.keyStart = at;
      level.keyEnd = end;
    }
    for (let next = wanted[places.length]; next !== undefined && next < end; next = wanted[places.length]) {
      places.push({ path: pathOf(bytes, levels, root), position: lines.positionOf(next) });
    }
    if (places.length === wanted.length) break;
    if (byte === 0x7b || byte === 0x5b) levels.push({ isObject: byte === 0x7b, index: 0, keyStart: 0, keyEnd: 0 });
    else if (byte === 0x7d || byte === 0x5d) levels.pop();
    else if (byte === 0x2c && level) {
      level.index += 1;
      level.keyEnd = 0;
    }
    at = skipWhitespace(bytes, end);
  }
  return places;
}

/** An object or array that is open, and which of its members or elements is being read. */
interface Level {
  readonly isObject: boolean;
  index: number;
  /** The bytes of the key; `keyEnd` 0: it has not come yet. */
  keyStart: number;
  keyEnd: number;
}

function pathOf(bytes: Buffer, levels: readonly Level[], root: string): string {
  return levels.reduce((path, { isObject, index, keyStart, keyEnd }) => {
    if (!isObject) return elementPath(path, index);
    return keyEnd === 0 ? path : memberPath(path, stringText(bytes, keyStart, keyEnd, true));
  }, root);
}

function isStructural(byte: number | undefined): boolean {
  return byte === 0x7b || byte === 0x7d || byte === 0x5b || byte === 0x5d || byte === 0x2c || byte === 0x3a;
}

/** Counts lines and characters up to places that ascend. */
class LineCounter {
  readonly #bytes: Buffer;
  #at = 0;
  #line = 1;
  #column = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  positionOf(at: number): string {
    for (; this.#at < at; this.#at++) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte === 0x0a) {
        this.#line += 1;
        this.#column = 1;
      } else if ((byte & 0xc0) !== 0x80) this.#column += 1;
    }
    return `byte ${at} (line ${this.#line}, column ${this.#column})`;
  }
}
