/** Bytes of an unsigned varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

/** Writes an unsigned varint and returns the position behind it. */
export function writeVarint(target: Buffer, value: number, at: number): number {
  let position = at;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[position++] = (rest % 0x80) | 0x80;
  target[position++] = rest;
  return position;
}

/** A 64-bit value as a varint of its own. */
export function varint64(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** The position behind the varint that begins at `at`; -1 when the bytes end inside it or it is longer than ten. */
export function varintEnd(bytes: Buffer, at: number): number {
  const limit = Math.min(bytes.length, at + 10);
  for (let position = at; position < limit; position++) {
    if ((bytes[position] ?? 0) < 0x80) return position + 1;
  }
  return -1;
}

/** The value of a varint that is known to be whole, for lengths: exact below 2^53. */
export function readVarint(bytes: Buffer, at: number): number {
  let value = 0;
  let scale = 1;
  for (let position = at; ; position++, scale *= 0x80) {
    const byte = bytes[position] ?? 0;
    value += (byte % 0x80) * scale;
    if (byte < 0x80) return value;
  }
}

/** The 64 bits of a varint that is known to be whole, unsigned. */
export function readVarint64(bytes: Buffer): bigint {
  let value = 0n;
  for (let position = 0, shift = 0n; ; position++, shift += 7n) {
    const byte = bytes[position] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
}
