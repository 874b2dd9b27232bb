// A program that imports this file has not read the declarations beside it.
/// <reference path="./untyped-modules.d.ts" />
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';
import lz4 from 'lz4js';

// kafkajs's later exports are not seen as named ones.
const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Largest record set that is unpacked, bytes: a guard against one that is made to fill the memory. */
const unpackedBytesMax = 256 * 1024 * 1024;

/**
 * Teaches kafkajs the codecs that it lacks; producers choose, so all four have to work. The packages that kafkajs
 * names for LZ4 and Zstandard do not load on this Node, hence Node's own Zstandard and a pure JavaScript LZ4.
 */
export function registerCodecs(): void {
  const xerial = snappy();
  CompressionCodecs[CompressionTypes.Snappy] = () => ({
    compress: xerial.compress,
    decompress: async (buffer: Buffer) => {
      refuseAbove('Snappy', snappyBytes(buffer));
      return xerial.decompress(buffer);
    },
  });
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async () => {
      throw new Error('LZ4 is only read: the frames that lz4js writes are none that a broker takes');
    },
    decompress: async (buffer: Buffer) => {
      const bytes = lz4.decompressBound(buffer);
      refuseAbove('LZ4', bytes);
      return Buffer.from(lz4.decompress(buffer, bytes));
    },
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
    decompress: async (buffer: Buffer) => zstdDecompressSync(buffer, { maxOutputLength: unpackedBytesMax }),
  });
}

function refuseAbove(codec: string, bytes: number): void {
  if (bytes > unpackedBytesMax) throw new Error(`a record set of ${bytes} bytes (${codec}) is too large to unpack`);
}

/** Java producers frame Snappy blocks as xerial's library does: magic and versions, then size and block in turn. */
const xerialMagic = Buffer.from([130, 83, 78, 65, 80, 80, 89, 0]);
const xerialHeaderBytes = 16;

/** What Snappy data unpacks to, by its own account. */
function snappyBytes(buffer: Buffer): number {
  if (!buffer.subarray(0, xerialMagic.length).equals(xerialMagic)) return snappyBlockBytes(buffer);
  let bytes = 0;
  for (let at = xerialHeaderBytes; at + 4 <= buffer.length; at += 4 + buffer.readUInt32BE(at)) {
    bytes += snappyBlockBytes(buffer.subarray(at + 4));
  }
  return bytes;
}

/** A block begins with its unpacked length as a varint of up to 32 bits. */
function snappyBlockBytes(block: Buffer): number {
  let bytes = 0;
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    bytes += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return bytes;
}
