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
    readonly buffer: Buffer;
    offset: number;
    readInt16(): number;
    readInt32(): number;
    readInt64(): bigint;
    readString(): string | null;
    readArray<Item>(reader: (decoder: DecoderPart) => Item): Item[];
    readArrayAsync<Item>(reader: (decoder: DecoderPart) => Promise<Item>): Promise<Item[]>;
    readVarIntArray(reader: (decoder: DecoderPart) => unknown): unknown[];
    canReadBytes(length: number): boolean;
    forward(length: number): void;
  }
  const Decoder: { new (bytes: Buffer): DecoderPart; prototype: DecoderPart };
  export default Decoder;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export interface EncoderPart {
    writeVarIntBytes(value: Buffer | string | null): EncoderPart;
  }
  const Encoder: { prototype: EncoderPart };
  export default Encoder;
}

declare module 'kafkajs/src/protocol/message/compression/index.js' {
  /** Of a record batch; null where it is not packed. @throws for a codec that nobody has registered */
  export function lookupCodecByAttributes(attributes: number): { decompress(bytes: Buffer): Promise<Buffer> } | null;
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js' {
  import type { DecoderPart } from 'kafkajs/src/protocol/decoder.js';

  /** Reads a record set, its length first. */
  const decodeMessages: (decoder: DecoderPart) => Promise<unknown[]>;
  export default decodeMessages;
}

declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  interface FetchCall {
    readonly request: unknown;
    readonly response: { decode(bytes: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
    readonly requestTimeout: number;
  }
  const requests: { protocol: (of: { version: number }) => (request: object) => FetchCall };
  export default requests;
}

declare module 'kafkajs/src/network/connection.js' {
  export interface ConnectionPart {
    /** What was read and is no whole response yet. */
    chunks: Buffer[];
    readonly bytesBuffered: number;
    processData(data: Buffer): void;
  }
  const Connection: { prototype: ConnectionPart };
  export default Connection;
}
