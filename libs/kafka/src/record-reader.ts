/** A record set says something of itself that is not so. */
export class BrokenRecordSetError extends Error {
  constructor(what: string) {
    super(`a record set of the broker is broken: ${what}`);
    this.name = 'BrokenRecordSetError';
  }
}

/**
 * Reads what a record of a record batch is made of (https://kafka.apache.org/documentation/#recordformat), one part after
 * the other, and nothing beyond `end`.
 */
export class RecordReader {
  readonly bytes: Buffer;
  at: number;
  end: number;

  constructor(bytes: Buffer, at: number, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** A zigzag varint of up to 32 bits. */
  int(): number {
    const first = this.#byte();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let value = first & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new BrokenRecordSetError('a number is longer than 32 bits');
  }

  /** A zigzag varint of up to 64 bits; a bigint where it is a large one. */
  long(): number | bigint {
    const start = this.at;
    let value = 0;
    for (let scale = 1; scale < 2 ** 42; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    this.at = start;
    return this.#bigLong();
  }

  #bigLong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, BigInt.asUintN(64, value) >> 1n) ^ -(value & 1n);
    }
    throw new BrokenRecordSetError('a number is longer than 64 bits');
  }

  /** The length of what comes next, which it passes by; -1 for null. */
  skip(): number {
    const length = this.int();
    if (length < -1 || length > this.end - this.at) throw new BrokenRecordSetError('a part ends beyond its record');
    if (length > 0) this.at += length;
    return length;
  }

  /** A view of what comes next; null for null. */
  part(): Buffer | null {
    const length = this.skip();
    return length < 0 ? null : this.bytes.subarray(this.at - length, this.at);
  }

  /** Goes into the record that comes next: nothing is read beyond it. Returns the end to leave it to. */
  enter(): number {
    const length = this.int();
    if (length < 0 || length > this.end - this.at) throw new BrokenRecordSetError('a record ends beyond its batch');
    const outerEnd = this.end;
    this.end = this.at + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    if (this.at !== this.end) throw new BrokenRecordSetError('a record is longer than its parts');
    this.end = outerEnd;
  }

  byte(): number {
    return this.#byte();
  }

  #byte(): number {
    if (this.at >= this.end) throw new BrokenRecordSetError('it ends within a record');
    return this.bytes[this.at++] ?? 0;
  }
}
