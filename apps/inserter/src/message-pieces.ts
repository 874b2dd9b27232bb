import { varintSize, writeVarint } from './varint.ts';

/** A protobuf message being put together: pieces of bytes, and varints below 2^53 that are written on joining. */
export type Piece = Buffer | number;

/** The pieces as one buffer of the exact size: each byte is copied once. */
export function joinPieces(pieces: readonly Piece[]): Buffer {
  const bytes = Buffer.allocUnsafe(sizeOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === 'number') at = writeVarint(bytes, piece, at);
    else at += piece.copy(bytes, at);
  }
  return bytes;
}

export function tag(field: number, wireType: 0 | 2): number {
  return field * 8 + wireType;
}

/** A field with a length: a message, text, bytes or a packed list. */
export function delimited(field: number, body: readonly Piece[]): Piece[] {
  return [tag(field, 2), sizeOf(body), ...body];
}

export function textField(field: number, text: string): Piece[] {
  return text === '' ? [] : delimited(field, [Buffer.from(text)]);
}

/** A number that is left out where it is zero. */
export function countField(field: number, count: number): Piece[] {
  return count > 0 ? [tag(field, 0), count] : [];
}

/** A packed list, of which nothing is written where it is empty. */
export function packedField(field: number, runs: readonly Buffer[]): Piece[] {
  return runs.some((run) => run.length > 0) ? delimited(field, runs) : [];
}

function sizeOf(pieces: readonly Piece[]): number {
  let size = 0;
  for (const piece of pieces) size += typeof piece === 'number' ? varintSize(piece) : piece.length;
  return size;
}
