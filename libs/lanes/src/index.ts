export {
  type FetchedRecords,
  heldBytes,
  type KafkaRecord,
  type LanePlace,
  lastHeader,
  partitionId,
  type RecordHeader,
  type RecordHeaders,
  sentBytes,
  type TopicPartition,
  type Travelling,
} from './kafka-record.ts';
export { openLaneOf } from './open-lane.ts';
export { recordColumns } from './record-columns.ts';
export { travelling } from './record-options.ts';
