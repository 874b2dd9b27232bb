/** A view of a protobuf message: its fields one after the other, each with the bytes of its value. */
interface WireField {
  readonly number: number;
  /** Of a varint. */
  readonly value: number;
  /** Of what has a length. */
  readonly bytes: Buffer;
}

const none = Buffer.alloc(0);

/** @throws Error where the bytes are no message of varints and delimited fields */
export function* wireFields(message: Buffer): Generator<WireField> {
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at);
    at = tag.end;
    const number = Math.floor(tag.value / 8);
    const { value, end } = varint(message, at);
    if (tag.value % 8 === 0) yield { number, value, bytes: none };
    else if (tag.value % 8 === 2) yield { number, value: 0, bytes: message.subarray(end, end + value) };
    else throw new Error(`field ${number} has wire type ${tag.value % 8}`);
    at = tag.value % 8 === 2 ? end + value : end;
    if (at > message.length) throw new Error(`field ${number} ends behind the message`);
  }
}

function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let at = start; at < bytes.length; at++, scale *= 0x80) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new Error('a varint is cut off');
}

/**
 * Rows of an InsertRequest or UpsertRequest of Milvus, once every field is seen to hold as many elements: by the lengths
 * of vectors, and by counting scalars, without decoding either.
 *
 * @throws Error where one does not
 */
export function checkedRowCount(request: Buffer, dim: number): number {
  const fields = [...wireFields(request)];
  const rows = fields.find(({ number }) => number === 7)?.value ?? 0;
  const data = fields.filter(({ number }) => number === 5);
  if (data.length !== 4) throw new Error(`${data.length} fields instead of 4`);
  for (const { bytes } of data) {
    const count = elementsOf(bytes, dim);
    if (count !== rows) throw new Error(`a field has ${count} elements for ${rows} rows`);
  }
  return rows;
}

/** Milvus's FieldData: 3 scalars, 4 vectors. */
function elementsOf(fieldData: Buffer, dim: number): number {
  for (const { number, bytes } of wireFields(fieldData)) {
    if (number === 3) return scalarsOf(bytes);
    if (number === 4) return floatsOf(bytes) / dim;
  }
  return 0;
}

/** Milvus's ScalarField: 3 longs (packed varints, one byte below 0x80 each), 6 strings (tagged). */
function scalarsOf(scalars: Buffer): number {
  for (const { number, bytes } of wireFields(scalars)) {
    if (number === 6) return countOf(bytes);
    if (number === 3) {
      const packed = [...wireFields(bytes)][0]?.bytes ?? none;
      let count = 0;
      for (let at = 0; at < packed.length; at++) if ((packed[at] ?? 0) < 0x80) count += 1;
      return count;
    }
  }
  return 0;
}

function countOf(strings: Buffer): number {
  let count = 0;
  for (const _ of wireFields(strings)) count += 1;
  return count;
}

/** Milvus's VectorField: 2 floats, which are packed. */
function floatsOf(vectors: Buffer): number {
  for (const { number, bytes } of wireFields(vectors)) {
    if (number === 2) return ([...wireFields(bytes)][0]?.bytes.length ?? 0) / 4;
  }
  return 0;
}
