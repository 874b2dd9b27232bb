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
  export interface KafkaBroker {
    /** By the number of a request's kind. */
    readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>> | null;
    readonly connectionPool: {
      send<Answer>(call: {
        request: {
          apiKey: number;
          apiVersion: number;
          apiName: string;
          /** kafkajs's Encoder, or what of it is used. */
          encode(): Promise<{ buf: Buffer; buffer: Buffer }>;
        };
        /** `bytes` begin behind the correlation id. */
        response: { decode(bytes: Buffer): Promise<Answer>; parse(decoded: Answer): Promise<Answer> };
      }): Promise<Answer>;
    };
  }
  export interface KafkaCluster {
    findControllerBroker(): Promise<KafkaBroker>;
  }
  export interface GroupMembership {
    /** The consumer's own; its offset manager has the same one. */
    readonly cluster: KafkaCluster;
    readonly generationId: number | null;
    /** Null before the first join and once it has left. */
    memberId: string | null;
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

declare module 'kafkajs/src/protocol/error.js' {
  /** The error of a number in Kafka's table of error codes. */
  export function createErrorFromCode(code: number): Error;
}
