import { BinaryReader } from '@bufbuild/protobuf/wire';

/** Reads a message as generated code does, bounds and errors included, but gives views of the message instead of copies. */
export class WireReader extends BinaryReader {
  readonly message: Buffer;

  constructor(message: Buffer) {
    super(message);
    this.message = message;
  }

  /** A length-delimited value, where it lies. */
  viewBytes(): Buffer {
    const length = this.uint32();
    const start = this.pos;
    this.pos += length;
    if (this.pos > this.len) throw new RangeError('premature EOF');
    return this.message.subarray(start, this.pos);
  }

  /** The value of the varint that is next, if it has one or two bytes; else undefined, and nothing is read. */
  smallVarint(): number | undefined {
    const { message, pos } = this;
    const first = message[pos];
    if (first === undefined) return undefined;
    if (first < 0x80) {
      this.pos = pos + 1;
      return first;
    }
    const second = message[pos + 1];
    if (second === undefined || second >= 0x80) return undefined;
    this.pos = pos + 2;
    return (first & 0x7f) | (second << 7);
  }
}
