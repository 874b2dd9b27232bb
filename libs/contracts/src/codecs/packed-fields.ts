import { type Field, tagOf, wireTypes } from './field.ts';
import { Halves, varintBytes } from './halves.ts';
import { checkInt64, checkUint32, checkUint64, delimitedBytes } from './scalar-fields.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/** The elements of a list, one varint each. There is one for each record, so each type has loops of its own. */
interface Run<Value> {
  readonly size: (values: readonly Value[]) => number;
  readonly write: (values: readonly Value[], writer: WireWriter) => void;
  readonly readOne: (reader: WireReader) => Value;
  readonly readTo: (end: number, reader: WireReader, values: Value[]) => void;
}

/** A list that is written in packed form, and read in either. */
function packed<Value>(number: number, run: Run<Value>): Field<Value[], readonly Value[]> {
  const tag = tagOf(number, wireTypes.delimited);
  return {
    number,
    absent: () => [],
    measure: (values, lengths) => (values.length === 0 ? 0 : delimitedBytes(tag, lengths.add(run.size(values)))),
    write: (values, writer) => {
      if (values.length === 0) return;
      writer.varint(tag);
      writer.varint(writer.lengths.take());
      run.write(values, writer);
    },
    read: (reader, wireType, values) => {
      if (wireType === wireTypes.varint) values.push(run.readOne(reader));
      else if (wireType === wireTypes.delimited) run.readTo(reader.uint32() + reader.pos, reader, values);
      else return undefined;
      return values;
    },
  };
}

export function packedUint32(number: number): Field<number[], readonly number[]> {
  return packed<number>(number, {
    size: (values) => {
      let sum = 0;
      for (const value of values) sum += varintBytes(checkUint32(value));
      return sum;
    },
    write: (values, writer) => {
      for (const value of values) writer.varint(value);
    },
    readOne: (reader) => reader.uint32(),
    readTo: (end, reader, values) => {
      while (reader.pos < end) values.push(reader.smallVarint() ?? reader.uint32());
    },
  });
}

const halves = new Halves();

/** Bigints of varints of one or two bytes, made once: most deltas are among them. */
const smallBigints: readonly bigint[] = Array.from({ length: 1 << 14 }, (_, varint) => BigInt(varint));
const smallZigzags = smallBigints.map((varint) => (varint >> 1n) ^ -(varint & 1n));

export function packedUint64(number: number): Field<bigint[], readonly bigint[]> {
  return packed<bigint>(number, {
    size: (values) => {
      let sum = 0;
      for (const value of values) sum += halves.split(checkUint64(value)).varintBytes;
      return sum;
    },
    write: (values, writer) => {
      for (const value of values) writer.varint64(halves.split(value));
    },
    readOne: (reader) => reader.uint64() as bigint,
    readTo: (end, reader, values) => {
      while (reader.pos < end) values.push(smallBigints[reader.smallVarint() ?? -1] ?? (reader.uint64() as bigint));
    },
  });
}

export function packedSint64(number: number): Field<bigint[], readonly bigint[]> {
  return packed<bigint>(number, {
    size: (values) => {
      let sum = 0;
      for (const value of values) sum += halves.splitZigzag(checkInt64(value)).varintBytes;
      return sum;
    },
    write: (values, writer) => {
      for (const value of values) writer.varint64(halves.splitZigzag(value));
    },
    readOne: (reader) => reader.sint64() as bigint,
    readTo: (end, reader, values) => {
      while (reader.pos < end) values.push(smallZigzags[reader.smallVarint() ?? -1] ?? (reader.sint64() as bigint));
    },
  });
}
