import { byteVector } from './byte-vector.ts';

/**
 * A vector of bits, eight to a byte: a list of `dim` / 8 integers from 0 to 255, or base64 of these bytes. They are
 * stored in the order and with the bits that they have; a list of single bits is never packed.
 */
export const binaryVector = byteVector({ least: 0, most: 255, bytesOf: (dim) => dim / 8 });
