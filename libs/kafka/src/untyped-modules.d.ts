declare module 'lz4js' {
  const lz4: {
    compress(source: Uint8Array): Uint8Array;
    decompress(source: Uint8Array, bytesMax?: number): Uint8Array;
    decompressBound(source: Uint8Array): number;
  };
  export default lz4;
}

declare module 'kafkajs-snappy' {
  const codec: () => {
    compress(encoder: { buffer: Buffer }): Promise<Buffer>;
    decompress(buffer: Buffer): Promise<Buffer>;
  };
  export default codec;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export interface DecoderPart {
    readVarIntArray(reader: (decoder: DecoderPart) => unknown): unknown[];
  }
  const Decoder: { prototype: DecoderPart };
  export default Decoder;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export interface EncoderPart {
    writeVarIntBytes(value: Buffer | string | null): EncoderPart;
  }
  const Encoder: { prototype: EncoderPart };
  export default Encoder;
}
