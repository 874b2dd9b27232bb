import type { WireReader } from './wire-reader.ts';
import type { Lengths, WireWriter } from './wire-writer.ts';

/** How one field of a message is written and read, in exactly the form of the generated code. `In` is what is written. */
export interface Field<Value, In = Value> {
  readonly number: number;
  /** What a message has that comes without the field. */
  readonly absent: () => Value;
  /** Bytes of the field with its tags, zero where it is left out; adds the lengths that `write` takes. */
  measure(value: In, lengths: Lengths): number;
  write(value: In, writer: WireWriter): void;
  /**
   * The value after one more occurrence; undefined where that has a wire type which the field does not take.
   * @throws Error, as the generated code does, when it is malformed
   */
  read(reader: WireReader, wireType: number, before: Value): Value | undefined;
}

export const wireTypes = { varint: 0, delimited: 2 } as const;

export function tagOf(number: number, wireType: number): number {
  return (number << 3) | wireType;
}
