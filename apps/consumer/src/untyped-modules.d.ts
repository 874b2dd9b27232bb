/** The part of kafkajs's consumer group that the adapter wraps; kafkajs has no hook before a rejoin. */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  interface TopicPartitions {
    topic: string;
    partitions: number[];
  }
  /** What a fetch brought of one partition, as far as it is used here. */
  export interface GroupBatch {
    readonly topic: string;
    readonly partition: number;
    readonly fetchedOffset: string;
    readonly highWatermark: string;
    /** Of kafkajs's own: what it has read. */
    readonly rawMessages?: object;
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
    refreshMetadata(): Promise<void>;
  }
  /** Of one join: a later one has another. */
  export interface OffsetManager {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly cluster: KafkaCluster;
    /** The broker that keeps the group's offsets, connected again where it was not. */
    getCoordinator(): Promise<KafkaBroker>;
  }
  export interface GroupMembership {
    /** The consumer's own; its offset manager has the same one. */
    readonly cluster: KafkaCluster;
    readonly generationId: number | null;
    /** Null before the first join and once it has left. */
    memberId: string | null;
    readonly offsetManager: OffsetManager | null;
    assigned(): TopicPartitions[];
    seek(position: { topic: string; partition: number; offset: string }): void;
    pause(partitions: TopicPartitions[]): void;
    resume(partitions: TopicPartitions[]): void;
    joinAndSync(): Promise<void>;
    fetch(nodeId: number): Promise<GroupBatch[]>;
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

declare module 'kafkajs/src/protocol/requests/offsetCommit/index.js' {
  interface Answer {
    responses: { topic: string; partitions: { partition: number; errorCode: number }[] }[];
  }
  interface Request {
    groupId: string;
    memberId: string;
    groupGenerationId: number;
    topics: { topic: string; partitions: { partition: number; offset: string; metadata: string | null }[] }[];
  }
  const requests: {
    protocol(options: { version: number }): (request: Request) => {
      request: {
        apiKey: number;
        apiVersion: number;
        apiName: string;
        encode(): Promise<{ buf: Buffer; buffer: Buffer }>;
      };
      response: { decode(bytes: Buffer): Promise<Answer> };
    };
  };
  export default requests;
}
