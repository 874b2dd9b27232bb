import type { Field } from './field.ts';
import { Lengths, WireWriter } from './wire-writer.ts';

/**
 * A message that has been measured, and that is written where it is wanted.
 *
 * grpc-js copies what a client's serializer returns behind the five bytes of its frame, and does nothing else with it
 * than to ask for its length (compression-filter.js, retrying-call.js). So its place is where the message is written
 * for the first time, and the copy is saved. Whatever else grpc-js should come to do with it is not there, and throws.
 */
export class UnwrittenMessage<In> implements Pick<Buffer, 'length'> {
  /** Bytes. */
  readonly length: number;
  readonly #field: Field<unknown, In>;
  readonly #value: In;
  readonly #lengths = new Lengths();

  /** @throws RangeError for a number that its field cannot hold */
  constructor(field: Field<unknown, In>, value: In) {
    this.#field = field;
    this.#value = value;
    this.length = field.measure(value, this.#lengths);
  }

  /** Writes the message, as a Buffer of its bytes copies them. */
  copy(target: Buffer, targetStart: number): number {
    if (target.length - targetStart < this.length) throw new RangeError('there is no room for the message');
    this.#lengths.rewind();
    const writer = new WireWriter(target, targetStart, this.#lengths);
    this.#field.write(this.#value, writer);
    if (writer.at !== targetStart + this.length) throw new Error('the message has changed since it was measured');
    return this.length;
  }

  toBuffer(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.length);
    this.copy(bytes, 0);
    return bytes;
  }

  /** For grpc-js, whose types know no serializer that does not return a Buffer. */
  asSerialized(): Buffer {
    return this as Pick<Buffer, 'length'> as Buffer;
  }
}
