export { registerCodecs } from './compression.ts';
export { FetchedBatch } from './fetched-batch.ts';
export { recordsOf } from './fetched-records.ts';
export { headersOf, installHeaderHooks, writtenHeaders } from './header-hooks.ts';
export { createKafka, type KafkaLog } from './kafka-client.ts';
export { installRecordFetches, leavingRecords } from './record-fetches.ts';
