import { byteVector } from './byte-vector.ts';

/** A vector of signed bytes: a list of `dim` integers from -128 to 127, or base64 of `dim` bytes (two's complement). */
export const int8Vector = byteVector({ least: -128, most: 127, bytesOf: (dim) => dim });
