export { KafkaClient } from './kafka-client.ts';
export { ScaledServices } from './scaled-services.ts';
export { until } from './until.ts';
