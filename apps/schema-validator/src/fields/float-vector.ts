import { readFloat32 } from '../numbers/float32.ts';
import type { Field } from './field.ts';
import { numberVector } from './number-vector.ts';

const plain = numberVector({
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

/** A vector of float32, four bytes each; nearly always its document's reader has read it already. */
export const floatVector: Field = {
  ...plain,
  encode(document, value, plan, column, report) {
    if (value.floats?.length === plan.dim * 4) column.addBytes(value.floats);
    else plain.encode(document, value, plan, column, report);
  },
};
