import { Float32List } from '../numbers/float32-list.ts';
import { fillFromBase64 } from './base64.ts';

/** All bits of a float32's exponent: it is infinite, or NaN. */
const exponentBits = 0x7f80_0000;

/** Reads values of one member that are vectors of float32 while their documents are scanned. */
export class FloatReader {
  readonly #list: Float32List;

  constructor(count: number) {
    this.#list = new Float32List(count);
  }

  /** What was read last, little-endian. */
  get bytes(): Buffer {
    return this.#list.bytes;
  }

  /**
   * Reads a list of JSON numbers, or base64, that begins at `start` of UTF-8. Returns where it ends; -1 where it is
   * anything else than exactly as many finite numbers as the vector has, which has to be scanned and told like others.
   */
  read(document: Buffer, start: number): number {
    if (document[start] === 0x5b) return this.#list.read(document, start);
    const end = fillFromBase64(document, start, this.bytes);
    return end >= 0 && this.#isFinite() ? end : -1;
  }

  #isFinite(): boolean {
    const { floats } = this.#list;
    const end = floats.byteLength;
    for (let at = 0; at < end; at += 4) {
      if ((floats.getInt32(at, true) & exponentBits) === exponentBits) return false;
    }
    return true;
  }
}
