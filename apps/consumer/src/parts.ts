// What the simulation runs of this service, beside fakes of its own.
export { Connector } from './connector.ts';
export type { ConnectorKafka, DeadLetterWriter, Source } from './connector-kafka.ts';
export type { Counters } from './counters.ts';
export type { DeadLetter } from './dead-letter-record.ts';
export { DeadLetterError } from './dead-letters.ts';
export type { Assignment, PartitionState, SourceEvents } from './kafka-source.ts';
export type { Commit, CommitRefusals } from './offset-commit.ts';
export { ReadBudget } from './read-budget.ts';
export { type CommittedOffset, reservationIn } from './reservation.ts';
export { type LaneStream, type LaneStreamEvents, type OpenLaneStream, openOver } from './validator-client.ts';
