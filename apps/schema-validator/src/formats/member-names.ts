import { FloatReader } from './float-reader.ts';
import type { FloatMembers } from './format.ts';

/** Names that are remembered, and bytes of their keys, at most: more of them are read each time anew. */
const namesMax = 256;
const keyBytesMax = 256;

export interface MemberName {
  readonly name: string;
  /** Reads the member's values if they are vectors of float32. */
  readonly floats: FloatReader | undefined;
  /** The bytes of a key without escapes, quotes included; none where no document had one. */
  key: Buffer;
  /** Number of the last document that had the name. */
  lastDocument: number;
}

const noBytes = Buffer.alloc(0);

/**
 * Remembers how documents name their members, from one to the next: nearly always the same names in the same order, so
 * that the bytes of a key say which one it is. One name is one object, however it is spelled.
 */
export class MemberNames {
  readonly #byName = new Map<string, MemberName>();
  /** Names of the document at hand that are not remembered. */
  readonly #others = new Map<string, MemberName>();
  /** The order that documents had last. */
  readonly #order: MemberName[] = [];
  #place = 0;
  #document = 0;

  constructor(floatMembers: FloatMembers = new Map()) {
    for (const [name, count] of floatMembers) this.#byName.set(name, newName(name, new FloatReader(count)));
  }

  beginDocument(): void {
    this.#document += 1;
    this.#place = 0;
    if (this.#others.size > 0) this.#others.clear();
  }

  /** The name whose key comes next if the document is like the one before it and has these bytes at `start`. */
  expectedAt(bytes: Buffer, start: number): MemberName | undefined {
    const expected = this.#order[this.#place];
    if (!expected || !isAt(bytes, start, expected.key)) return undefined;
    this.#place += 1;
    return expected;
  }

  /** The name of a key in [start, end), and the one that comes next from now on. */
  named(name: string, bytes: Buffer, start: number, end: number, isEscaped: boolean): MemberName {
    const known = this.#byName.get(name) ?? this.#others.get(name) ?? this.#add(name);
    if (known.key.length === 0 && !isEscaped && end - start <= keyBytesMax)
      known.key = Buffer.from(bytes.subarray(start, end));
    if (this.#place < namesMax) this.#order[this.#place++] = known;
    return known;
  }

  /** Whether the document has the name for the first time. */
  isFirst(name: MemberName): boolean {
    if (name.lastDocument === this.#document) return false;
    name.lastDocument = this.#document;
    return true;
  }

  #add(name: string): MemberName {
    const added = newName(name, undefined);
    const names = this.#byName.size < namesMax ? this.#byName : this.#others;
    names.set(name, added);
    return added;
  }
}

function newName(name: string, floats: FloatReader | undefined): MemberName {
  return { name, floats, key: noBytes, lastDocument: 0 };
}

function isAt(bytes: Buffer, start: number, key: Buffer): boolean {
  if (key.length === 0 || start + key.length > bytes.length) return false;
  for (let index = 0; index < key.length; index++) if (bytes[start + index] !== key[index]) return false;
  return true;
}
