export { KafkaClient } from './kafka-client.ts';
export { MilvusReader } from './milvus-client.ts';
export { startPipeline } from './pipeline.ts';
export { ScaledServices } from './scaled-services.ts';
export { exportTo, type Span, startSpanReceiver } from './span-receiver.ts';
export { until } from './until.ts';
