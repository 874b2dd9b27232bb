import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** A field of a protobuf message. */
interface WireField {
  readonly number: number;
  /** Of a varint of up to 32 bits. */
  readonly value: number;
  /** Of what has a length: a view of the message. */
  readonly bytes: Uint8Array;
}

const none = new Uint8Array();

/** The fields of a message, one after the other. @throws Error where the bytes are no message of varints and delimited fields */
function* wireFields(message: Uint8Array): Generator<WireField> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type === WireType.Varint) yield { number, value: reader.uint32(), bytes: none };
    else if (type === WireType.LengthDelimited) yield { number, value: 0, bytes: reader.bytes() };
    else throw new Error(`field ${number} has wire type ${type}`);
  }
}

/** The first occurrence of a field; empty where there is none. */
function bytesOf(message: Uint8Array, wanted: number): Uint8Array {
  for (const { number, bytes } of wireFields(message)) if (number === wanted) return bytes;
  return none;
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

/** Milvus's FieldData: 3 scalars, 4 vectors, of which 2 are packed floats. */
function elementsOf(fieldData: Uint8Array, dim: number): number {
  for (const { number, bytes } of wireFields(fieldData)) {
    if (number === 3) return scalarsOf(bytes);
    if (number === 4) return bytesOf(bytesOf(bytes, 2), 1).length / 4 / dim;
  }
  return 0;
}

/** Milvus's ScalarField: 3 longs (packed varints, the last byte of each below 0x80), 6 strings (tagged). */
function scalarsOf(scalars: Uint8Array): number {
  for (const { number, bytes } of wireFields(scalars)) {
    if (number === 6) return [...wireFields(bytes)].length;
    if (number === 3) return bytesOf(bytes, 1).reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0);
  }
  return 0;
}
