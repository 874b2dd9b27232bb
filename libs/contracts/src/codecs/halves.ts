/**
 * The two 32-bit halves of 64-bit integers: the arithmetic of bigints costs many times that of numbers. Each half is a
 * signed number, which V8 keeps as a small integer; unsigned ones would become doubles.
 */
export class Halves {
  low = 0;
  high = 0;
  readonly #view = new DataView(new ArrayBuffer(8));

  /** Takes the lowest 64 bits, negative numbers in two's complement. */
  split(value: bigint): this {
    this.#view.setBigUint64(0, value, true);
    this.low = this.#view.getInt32(0, true);
    this.high = this.#view.getInt32(4, true);
    return this;
  }

  /** Splits what protobuf's zigzag encoding makes of a signed integer. */
  splitZigzag(value: bigint): this {
    const { low, high } = this.split(value);
    const sign = high >> 31;
    this.low = (low << 1) ^ sign;
    this.high = ((high << 1) | (low >>> 31)) ^ sign;
    return this;
  }

  /** Bytes of the varint. */
  get varintBytes(): number {
    return this.high === 0 ? varintBytes(this.low) : bytesOfBits(64 - Math.clz32(this.high));
  }
}

/** Bytes of the varint of an integer of 32 bits, taken as unsigned. */
export function varintBytes(value: number): number {
  return bytesOfBits(32 - Math.clz32(value | 1));
}

function bytesOfBits(bits: number): number {
  return ((bits + 6) / 7) | 0;
}
