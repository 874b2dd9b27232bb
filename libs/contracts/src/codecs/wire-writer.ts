import type { Halves } from './halves.ts';

/**
 * The lengths of a message's length-delimited values, in the order in which they are written: each stands before its
 * value, so all are measured first.
 */
export class Lengths {
  readonly #lengths: number[] = [];
  #next = 0;

  add(length: number): number {
    this.#lengths.push(length);
    return length;
  }

  /** Keeps the place of a length that is known only after those inside it. */
  reserve(): number {
    return this.#lengths.push(0) - 1;
  }

  set(place: number, length: number): number {
    this.#lengths[place] = length;
    return length;
  }

  /** The next one, while writing. */
  take(): number {
    const length = this.#lengths[this.#next++];
    if (length === undefined) throw new Error('a length that was not measured');
    return length;
  }

  /** Begins anew, so that the same message can be written once more. */
  rewind(): void {
    this.#next = 0;
  }
}

/** Writes a message whose size has been measured into bytes that have room for it. */
export class WireWriter {
  readonly lengths: Lengths;
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number, lengths: Lengths) {
    this.#bytes = bytes;
    this.#at = at;
    this.lengths = lengths;
  }

  /** The position behind what has been written. */
  get at(): number {
    return this.#at;
  }

  /** An integer of 32 bits, taken as unsigned. */
  varint(value: number): void {
    let rest = value;
    while (rest & ~0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  varint64(value: Halves): void {
    let { low, high } = value;
    while (high !== 0) {
      this.#bytes[this.#at++] = (low & 0x7f) | 0x80;
      low = (low >>> 7) | (high << 25);
      high >>>= 7;
    }
    this.varint(low);
  }

  copy(source: Buffer): void {
    this.#at += source.copy(this.#bytes, this.#at);
  }

  text(value: string): void {
    this.#at += this.#bytes.write(value, this.#at);
  }
}
