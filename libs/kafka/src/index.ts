export { registerCodecs } from './compression.ts';
export { recordsOf } from './fetched-records.ts';
export { headersOf, installHeaderHooks, writtenHeaders } from './header-hooks.ts';
export { createKafka, type KafkaLog } from './kafka-client.ts';
