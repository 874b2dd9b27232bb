import { readFloat32 } from '../numbers/float32.ts';
import { numberVector } from './number-vector.ts';

/** A vector of float32, four bytes each. */
export const floatVector = numberVector({
  name: 'float32',
  bytesEach: 4,
  most: '3.4028235e38',
  add(document, start, end, column) {
    const number = readFloat32(document, start, end);
    if (!Number.isFinite(number)) return false;
    column.addFloat32(number);
    return true;
  },
  read: (bytes, at) => bytes.readFloatLE(at),
});
