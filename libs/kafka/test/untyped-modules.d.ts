declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  export function RecordBatch(batch: object): Promise<{ readonly buffer: Buffer }>;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  const writeRecord: (record: object) => unknown;
  export default writeRecord;
}

declare module 'kafkajs/src/consumer/batch.js' {
  import type { Batch, KafkaMessage } from 'kafkajs';

  const KafkajsBatch: new (
    topic: string,
    fetchedOffset: string,
    partition: {
      partition: number;
      highWatermark: string;
      abortedTransactions: readonly { producerId: string; firstOffset: string }[];
      messages: readonly unknown[];
    },
  ) => Batch & { readonly messages: KafkaMessage[]; isEmptyDueToFiltering(): boolean };
  export default KafkajsBatch;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  const response: { decode(bytes: Buffer): Promise<object> };
  export default response;
}
