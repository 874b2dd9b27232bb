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

/** The part of kafkajs's consumer group that the adapter wraps; kafkajs has no hook before a rejoin. */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  interface TopicPartitions {
    topic: string;
    partitions: number[];
  }
  export interface FetchedBatch {
    readonly topic: string;
    readonly partition: number;
    readonly fetchedOffset: string;
    readonly highWatermark: string;
    isEmptyDueToFiltering(): boolean;
    lastOffset(): string;
  }
  export interface GroupMembership {
    /** The consumer's own; its offset manager has the same one. */
    readonly cluster: object;
    readonly generationId: number | null;
    readonly offsetManager: {
      commitOffsets(offsets: {
        topics: { topic: string; partitions: { partition: number; offset: string; metadata: string | null }[] }[];
      }): Promise<void>;
    } | null;
    assigned(): TopicPartitions[];
    seek(position: { topic: string; partition: number; offset: string }): void;
    pause(partitions: TopicPartitions[]): void;
    resume(partitions: TopicPartitions[]): void;
    joinAndSync(): Promise<void>;
    fetch(nodeId: number): Promise<FetchedBatch[]>;
    leave(): Promise<void>;
  }
  const ConsumerGroup: { prototype: GroupMembership };
  export default ConsumerGroup;
}

declare module 'kafkajs/src/consumer/offsetManager/index.js' {
  export interface OffsetManagerPart {
    readonly cluster: object;
    setDefaultOffset(at: { topic: string; partition: number }): Promise<void>;
  }
  const OffsetManager: { prototype: OffsetManagerPart };
  export default OffsetManager;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export interface RequestQueuePart {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
  const RequestQueue: { prototype: RequestQueuePart };
  export default RequestQueue;
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
