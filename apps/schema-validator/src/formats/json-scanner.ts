import type { FormatLimits } from './format.ts';
import { type JsonMember, kindOf, skipWhitespace, stringText } from './json-value.ts';

/** Where and why scanning had to stop. */
export interface JsonFault {
  readonly kind: 'syntax' | 'depth' | 'keys';
  readonly at: number;
  /** What the grammar wants there, for people. */
  readonly wanted: string;
}

/** Something that the grammar allows and this project does not; scanning goes on behind it. */
export interface JsonFlaw {
  readonly kind: 'duplicate_key' | 'lone_surrogate';
  readonly at: number;
}

/** Flaws kept of one document; more of them tell nothing new. */
const flawsMax = 32;

/**
 * Scans one document by the grammar of RFC 8259 in one pass over its bytes, which must be valid UTF-8. Values are not
 * built: the members of the top-level object keep the range of their text, so that numbers lose no digit and a vector
 * can be read straight into a column. Positions are byte offsets; -1 says that a fault is recorded, at or before the
 * first byte that no valid document could have there. The call stack is as deep as the limit of levels allows, whatever
 * the document.
 */
export class JsonScanner {
  readonly members: JsonMember[] = [];
  readonly flaws: JsonFlaw[] = [];
  fault: JsonFault | undefined;
  readonly #bytes: Buffer;
  readonly #limits: FormatLimits;
  #keyCount = 0;
  #escaped = false;

  constructor(bytes: Buffer, limits: FormatLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** Scans the document; its members count only where the value at `start` is an object. Returns that start, or -1. */
  document(): number {
    const start = skipWhitespace(this.#bytes, 0);
    const isObject = this.#bytes[start] === 0x7b;
    const end = isObject ? this.#object(start, 1, this.members) : this.#value(start, 0);
    if (end < 0) return -1;
    const rest = skipWhitespace(this.#bytes, end);
    return rest === this.#bytes.length ? start : this.#fail(rest, 'the end of the document');
  }

  #fail(at: number, wanted: string, kind: JsonFault['kind'] = 'syntax'): -1 {
    this.fault = { kind, at, wanted };
    return -1;
  }

  #tooDeep(at: number): -1 {
    return this.#fail(at, `at most ${this.#limits.depthMax} levels`, 'depth');
  }

  #value(at: number, depth: number): number {
    const byte = this.#bytes[at];
    if (byte === 0x22) return this.#string(at);
    if (byte === 0x7b) return this.#object(at, depth + 1, undefined);
    if (byte === 0x5b) return this.#array(at, depth + 1);
    if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) return this.#number(at);
    if (byte === 0x74) return this.#literal(at, 'true');
    if (byte === 0x66) return this.#literal(at, 'false');
    if (byte === 0x6e) return this.#literal(at, 'null');
    return this.#fail(at, 'a value');
  }

  #object(start: number, depth: number, members: JsonMember[] | undefined): number {
    if (depth > this.#limits.depthMax) return this.#tooDeep(start);
    const bytes = this.#bytes;
    let at = skipWhitespace(bytes, start + 1);
    if (bytes[at] === 0x7d) return at + 1;
    const names = new Set<string>();
    for (;;) {
      if (bytes[at] !== 0x22)
        return this.#fail(at, names.size === 0 ? 'a key in double quotes or }' : 'a key in double quotes');
      if (++this.#keyCount > this.#limits.keysMax)
        return this.#fail(at, `at most ${this.#limits.keysMax} keys in all`, 'keys');
      const keyStart = at;
      const keyEnd = this.#string(at);
      if (keyEnd < 0) return -1;
      const name = stringText(bytes, keyStart, keyEnd, this.#escaped);
      at = skipWhitespace(bytes, keyEnd);
      if (bytes[at] !== 0x3a) return this.#fail(at, ': after the key');
      const valueStart = skipWhitespace(bytes, at + 1);
      const end = this.#value(valueStart, depth);
      if (end < 0) return -1;
      if (names.has(name)) this.#flaw('duplicate_key', keyStart);
      else if (members) {
        const kind = kindOf(bytes[valueStart]);
        const escaped = kind === 'string' && this.#escaped;
        members.push({ name, keyStart, keyEnd, value: { kind, start: valueStart, end, escaped } });
      }
      names.add(name);
      at = skipWhitespace(bytes, end);
      const byte = bytes[at];
      if (byte === 0x7d) return at + 1;
      if (byte !== 0x2c) return this.#fail(at, ', or }');
      at = skipWhitespace(bytes, at + 1);
    }
  }

  #array(start: number, depth: number): number {
    if (depth > this.#limits.depthMax) return this.#tooDeep(start);
    const bytes = this.#bytes;
    let at = skipWhitespace(bytes, start + 1);
    if (bytes[at] === 0x5d) return at + 1;
    for (;;) {
      at = this.#value(at, depth);
      if (at < 0) return -1;
      at = skipWhitespace(bytes, at);
      const byte = bytes[at];
      if (byte === 0x5d) return at + 1;
      if (byte !== 0x2c) return this.#fail(at, ', or ]');
      at = skipWhitespace(bytes, at + 1);
    }
  }

  #string(start: number): number {
    const bytes = this.#bytes;
    this.#escaped = false;
    let at = start + 1;
    for (;;) {
      const byte = bytes[at];
      if (byte === 0x22) return at + 1;
      if (byte === undefined) return this.#fail(at, 'the closing " of a string');
      if (byte < 0x20) return this.#fail(at, 'control characters in a string to be escaped');
      if (byte !== 0x5c) at++;
      else {
        at = this.#escape(at);
        if (at < 0) return -1;
      }
    }
  }

  #escape(start: number): number {
    this.#escaped = true;
    const letter = this.#bytes[start + 1];
    if (letter !== 0x75) {
      if (letter !== undefined && '"\\/bfnrt'.includes(String.fromCharCode(letter))) return start + 2;
      return this.#fail(start + 1, 'one of " \\ / b f n r t u after \\');
    }
    const unit = this.#codeUnit(start + 2);
    if (unit < 0) return -1;
    if (unit < 0xd800 || unit > 0xdfff) return start + 6;
    if (unit < 0xdc00 && this.#bytes[start + 6] === 0x5c && this.#bytes[start + 7] === 0x75) {
      const low = this.#codeUnit(start + 8);
      if (low < 0) return -1;
      if (low >= 0xdc00 && low <= 0xdfff) return start + 12;
    }
    this.#flaw('lone_surrogate', start);
    return start + 6;
  }

  #codeUnit(start: number): number {
    let unit = 0;
    for (let at = start; at < start + 4; at++) {
      const digit = hexDigit(this.#bytes[at]);
      if (digit < 0) return this.#fail(at, 'four hexadecimal digits after \\u');
      unit = unit * 16 + digit;
    }
    return unit;
  }

  #number(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start] === 0x2d ? start + 1 : start;
    let at = bytes[first] === 0x30 ? first + 1 : this.#digits(first, 'a digit');
    if (at >= 0 && bytes[at] === 0x2e) at = this.#digits(at + 1, 'a digit after the point');
    if (at < 0 || (bytes[at] !== 0x65 && bytes[at] !== 0x45)) return at;
    const sign = bytes[at + 1];
    return this.#digits(sign === 0x2b || sign === 0x2d ? at + 2 : at + 1, 'a digit in the exponent');
  }

  #digits(start: number, wanted: string): number {
    const bytes = this.#bytes;
    let at = start;
    for (let byte = bytes[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[at] ?? 0) at++;
    return at > start ? at : this.#fail(at, wanted);
  }

  #literal(start: number, word: string): number {
    for (let i = 0; i < word.length; i++) {
      if (this.#bytes[start + i] !== word.charCodeAt(i)) return this.#fail(start, 'a value');
    }
    return start + word.length;
  }

  #flaw(kind: JsonFlaw['kind'], at: number): void {
    if (this.flaws.length < flawsMax) this.flaws.push({ kind, at });
  }
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
