import { type Float16Format, readFloat16, widenFloat16 } from '../numbers/float16.ts';
import type { NumberForm } from './number-vector.ts';

/** Numbers of a 16-bit format, two bytes each. */
export function float16Form(name: string, most: string, format: Float16Format): NumberForm {
  return {
    name,
    most,
    bytesEach: 2,
    add(document, start, end, column) {
      const bits = readFloat16(document, start, end, format);
      if (bits === undefined) return false;
      column.addUint16(bits);
      return true;
    },
    read: (bytes, at) => widenFloat16(bytes.readUInt16LE(at), format),
  };
}
