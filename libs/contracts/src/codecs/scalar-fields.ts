import { type Field, tagOf, wireTypes } from './field.ts';
import { Halves, varintBytes } from './halves.ts';
import type { Pieces } from './scattered-record-batch.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/** A field that is left out where it is zero. */
interface Scalar<Value> {
  readonly zero: Value;
  readonly size: (value: Value) => number;
  readonly write: (value: Value, writer: WireWriter) => void;
  readonly read: (reader: WireReader) => Value;
}

function scalar<Value>(number: number, { zero, size, write, read }: Scalar<Value>): Field<Value> {
  const tag = tagOf(number, wireTypes.varint);
  return {
    number,
    absent: () => zero,
    measure: (value) => (value === zero ? 0 : varintBytes(tag) + size(value)),
    write: (value, writer) => {
      if (value === zero) return;
      writer.varint(tag);
      write(value, writer);
    },
    read: (reader, wireType) => (wireType === wireTypes.varint ? read(reader) : undefined),
  };
}

const halves = new Halves();

export function uint64(number: number): Field<bigint> {
  return scalar(number, {
    zero: 0n,
    size: (value) => halves.split(checkUint64(value)).varintBytes,
    write: (value, writer) => writer.varint64(halves.split(value)),
    read: (reader) => reader.uint64() as bigint,
  });
}

export function int64(number: number): Field<bigint> {
  return scalar(number, {
    zero: 0n,
    size: (value) => halves.split(checkInt64(value)).varintBytes,
    write: (value, writer) => writer.varint64(halves.split(value)),
    read: (reader) => reader.int64() as bigint,
  });
}

export function uint32(number: number): Field<number> {
  return scalar(number, {
    zero: 0,
    size: (value) => varintBytes(checkUint32(value)),
    write: (value, writer) => writer.varint(value),
    read: (reader) => reader.uint32(),
  });
}

/** An enum's number, which may be one that is not known. */
export function enumeration<Value extends number>(number: number, zero: Value): Field<Value> {
  return scalar<Value>(number, {
    zero,
    size: (value) => halves.split(BigInt(value)).varintBytes,
    write: (value, writer) => writer.varint64(halves.split(BigInt(value))),
    read: (reader) => reader.int32() as Value,
  });
}

export function bool(number: number): Field<boolean> {
  return scalar(number, {
    zero: false,
    size: () => 1,
    write: (_, writer) => writer.varint(1),
    read: (reader) => reader.bool(),
  });
}

export function text(number: number): Field<string> {
  const tag = tagOf(number, wireTypes.delimited);
  return {
    number,
    absent: () => '',
    measure: (value, lengths) => (value === '' ? 0 : delimitedBytes(tag, lengths.add(Buffer.byteLength(value)))),
    write: (value, writer) => {
      if (value === '') return;
      writer.varint(tag);
      writer.varint(writer.lengths.take());
      writer.text(value);
    },
    read: (reader, wireType) => (wireType === wireTypes.delimited ? reader.string() : undefined),
  };
}

const empty = Buffer.alloc(0);

/** Bytes, which are read as a view of the message. */
export function bytes(number: number): Field<Buffer, Buffer | Pieces> {
  const tag = tagOf(number, wireTypes.delimited);
  return {
    number,
    absent: () => empty,
    measure: (value, lengths) => {
      const length = lengths.add(Buffer.isBuffer(value) ? value.length : totalLength(value));
      return length === 0 ? 0 : delimitedBytes(tag, length);
    },
    write: (value, writer) => {
      const length = writer.lengths.take();
      if (length === 0) return;
      writer.varint(tag);
      writer.varint(length);
      if (Buffer.isBuffer(value)) writer.copy(value);
      else for (const piece of value) if (piece) writer.copy(piece);
    },
    read: (reader, wireType) => (wireType === wireTypes.delimited ? reader.viewBytes() : undefined),
  };
}

function totalLength(pieces: Pieces): number {
  let sum = 0;
  for (const piece of pieces) if (piece) sum += piece.length;
  return sum;
}

/** Bytes of a length-delimited field with its tag and length. */
export function delimitedBytes(tag: number, length: number): number {
  return varintBytes(tag) + varintBytes(length) + length;
}

export function checkUint64(value: bigint): bigint {
  if (BigInt.asUintN(64, value) !== value) throw new RangeError('a value is no uint64');
  return value;
}

export function checkInt64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new RangeError('a value is no int64');
  return value;
}

export function checkUint32(value: number): number {
  if (value >>> 0 !== value) throw new RangeError('a value is no uint32');
  return value;
}
