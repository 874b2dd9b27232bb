/** Bytes that are no message of the contract or of Milvus: a bug of the other side, never a finding. */
export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WireError';
  }
}

/** One field of a protobuf message. */
export interface WireField {
  readonly number: number;
  /** The bytes of a length-delimited field (wire type 2), or those of a varint as they stand. */
  readonly bytes: Buffer;
  readonly isDelimited: boolean;
}

/** The fields of a message of varints and length-delimited fields, in their order. @throws WireError */
export function* fieldsOf(message: Buffer): Generator<WireField> {
  for (let at = 0; at < message.length; ) {
    const tag = varintNumber(message, at);
    at = varintEnd(message, at);
    const end = varintEnd(message, at);
    const wireType = tag % 8;
    if (wireType !== 0 && wireType !== 2) throw new WireError(`wire type ${wireType} at byte ${at}`);
    const isDelimited = wireType === 2;
    const start = isDelimited ? end : at;
    const stop = isDelimited ? end + varintNumber(message, at) : end;
    if (stop > message.length) throw new WireError(`a field of ${stop - start} bytes in ${message.length - start}`);
    yield { number: Math.floor(tag / 8), bytes: message.subarray(start, stop), isDelimited };
    at = stop;
  }
}

/** Where the varint that begins at `at` ends. @throws WireError where it is cut off, or longer than ten bytes */
export function varintEnd(bytes: Buffer, at: number): number {
  for (let position = at; position < bytes.length && position < at + 10; position++) {
    if ((bytes[position] ?? 0) < 0x80) return position + 1;
  }
  throw new WireError(`no varint at byte ${at} of ${bytes.length}`);
}

/** The value of a varint that is a length or a tag: exact below 2^53. */
export function varintNumber(bytes: Buffer, at: number): number {
  let value = 0;
  let scale = 1;
  for (let position = at; position < bytes.length; position++, scale *= 0x80) {
    const byte = bytes[position] ?? 0;
    value += (byte % 0x80) * scale;
    if (byte < 0x80) break;
  }
  return value;
}

/** A varint as a signed integer of 64 bits, in decimal. */
export function integerText(varint: Buffer): string {
  if (varint.length < 8) return String(varintNumber(varint, 0));
  let value = 0n;
  for (const [index, byte] of varint.entries()) value |= BigInt(byte & 0x7f) << BigInt(7 * index);
  return String(BigInt.asIntN(64, value));
}
