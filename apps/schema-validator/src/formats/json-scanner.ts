import type { FloatReader } from './float-reader.ts';
import type { FormatLimits } from './format.ts';
import { numberEnd, wantedDigit } from './json-number.ts';
import { type JsonMember, kindOf, skipWhitespace, stringText } from './json-value.ts';
import { MemberNames } from './member-names.ts';

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
const noBytes = Buffer.alloc(0);

/**
 * Scans documents by the grammar of RFC 8259, each in one pass over its bytes, which must be valid UTF-8. Values are not
 * built: the members of the top-level object keep the range of their text, so that numbers lose no digit; only a vector
 * of float32 is read while it is scanned. Positions are byte offsets; -1 says that a fault is recorded, at or before the
 * first byte that no valid document could have there. The call stack is as deep as the limit of levels allows, whatever
 * the document.
 */
export class JsonScanner {
  /** Of the document that was scanned last, like the flaws and the fault. */
  members: JsonMember[] = [];
  flaws: JsonFlaw[] = [];
  fault: JsonFault | undefined;
  readonly #limits: FormatLimits;
  #names: MemberNames | undefined;
  #bytes: Buffer = noBytes;
  #keyCount = 0;
  #escaped = false;

  /** Without the names of other documents it has those of its own. */
  constructor(limits: FormatLimits, names?: MemberNames) {
    this.#limits = limits;
    this.#names = names;
  }

  /** Scans a document; its members count only where the value at `start` is an object. Returns that start, or -1. */
  document(bytes: Buffer): number {
    this.members = [];
    if (this.flaws.length > 0) this.flaws = [];
    this.fault = undefined;
    this.#bytes = bytes;
    this.#keyCount = 0;
    const start = skipWhitespace(bytes, 0);
    const end = bytes[start] === 0x7b ? this.#topObject(start) : this.#value(start, 0);
    if (end < 0) return -1;
    const rest = skipWhitespace(bytes, end);
    return rest === bytes.length ? start : this.#fail(rest, 'the end of the document');
  }

  /** The object whose members count. */
  #topObject(start: number): number {
    const bytes = this.#bytes;
    if (this.#limits.depthMax < 1) return this.#tooDeep(start);
    this.#names ??= new MemberNames();
    const names = this.#names;
    names.beginDocument();
    let at = skipWhitespace(bytes, start + 1);
    if (bytes[at] === 0x7d) return at + 1;
    for (;;) {
      const keyStart = at;
      if (!this.#keyBegins(at, this.members.length === 0)) return -1;
      let known = names.expectedAt(bytes, keyStart);
      const keyEnd = known ? keyStart + known.key.length : this.#string(keyStart);
      if (keyEnd < 0) return -1;
      if (!known) {
        const name = stringText(bytes, keyStart, keyEnd, this.#escaped);
        known = names.named(name, bytes, keyStart, keyEnd, this.#escaped);
      }
      const valueStart = this.#behindColon(keyEnd);
      if (valueStart < 0) return -1;
      const floatsEnd = known.floats ? this.#floats(valueStart, known.floats) : -1;
      const end = floatsEnd < 0 ? this.#value(valueStart, 1) : floatsEnd;
      if (end < 0) return -1;
      if (!names.isFirst(known)) this.#flaw('duplicate_key', keyStart);
      else {
        const kind = kindOf(bytes[valueStart]);
        const escaped = kind === 'string' && this.#escaped;
        const floats = floatsEnd < 0 ? undefined : known.floats?.bytes;
        this.members.push({
          name: known.name,
          keyStart,
          keyEnd,
          value: { kind, start: valueStart, end, escaped, floats },
        });
      }
      at = skipWhitespace(bytes, end);
      if (bytes[at] === 0x7d) return at + 1;
      if (bytes[at] !== 0x2c) return this.#fail(at, ', or }');
      at = skipWhitespace(bytes, at + 1);
    }
  }

  /** The end of a vector of float32; -1 without a fault where the value has to be scanned like others. */
  #floats(start: number, floats: FloatReader): number {
    this.#escaped = false;
    return this.#limits.depthMax > 1 ? floats.read(this.#bytes, start) : -1;
  }

  #keyBegins(at: number, isFirst: boolean): boolean {
    const { keysMax } = this.#limits;
    if (this.#bytes[at] !== 0x22) this.#fail(at, isFirst ? 'a key in double quotes or }' : 'a key in double quotes');
    else if (++this.#keyCount > keysMax) this.#fail(at, `at most ${keysMax} keys in all`, 'keys');
    else return true;
    return false;
  }

  #behindColon(keyEnd: number): number {
    const at = skipWhitespace(this.#bytes, keyEnd);
    return this.#bytes[at] === 0x3a ? skipWhitespace(this.#bytes, at + 1) : this.#fail(at, ': after the key');
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
    if (byte === 0x7b) return this.#object(at, depth + 1);
    if (byte === 0x5b) return this.#array(at, depth + 1);
    if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) return this.#number(at);
    if (byte === 0x74) return this.#literal(at, 'true');
    if (byte === 0x66) return this.#literal(at, 'false');
    if (byte === 0x6e) return this.#literal(at, 'null');
    return this.#fail(at, 'a value');
  }

  #object(start: number, depth: number): number {
    if (depth > this.#limits.depthMax) return this.#tooDeep(start);
    const bytes = this.#bytes;
    let at = skipWhitespace(bytes, start + 1);
    if (bytes[at] === 0x7d) return at + 1;
    const names = new Set<string>();
    for (;;) {
      const keyStart = at;
      if (!this.#keyBegins(at, names.size === 0)) return -1;
      const keyEnd = this.#string(keyStart);
      if (keyEnd < 0) return -1;
      const name = stringText(bytes, keyStart, keyEnd, this.#escaped);
      const valueStart = this.#behindColon(keyEnd);
      if (valueStart < 0) return -1;
      at = this.#value(valueStart, depth);
      if (at < 0) return -1;
      if (names.has(name)) this.#flaw('duplicate_key', keyStart);
      names.add(name);
      at = skipWhitespace(bytes, at);
      if (bytes[at] === 0x7d) return at + 1;
      if (bytes[at] !== 0x2c) return this.#fail(at, ', or }');
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
    const end = numberEnd(this.#bytes, start);
    return end >= 0 ? end : this.#fail(~end, wantedDigit(this.#bytes, start, ~end));
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
