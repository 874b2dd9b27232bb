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
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(lz4.compress(buffer)),
    decompress: async (buffer: Buffer) => {
      const bytes = lz4.decompressBound(buffer);
      if (bytes > unpackedBytesMax) throw new Error(`an LZ4 record set of ${bytes} bytes is too large to unpack`);
      return Buffer.from(lz4.decompress(buffer, bytes));
    },
  });
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
    decompress: async (buffer: Buffer) => zstdDecompressSync(buffer, { maxOutputLength: unpackedBytesMax }),
  });
}
