import type { ConnectorConfig, WorkerConfig } from '@millrace/connector-config';
import { topicChooser } from '@millrace/connector-config';
import { createKafka } from '@millrace/kafka';
import type { Logger } from '@millrace/service';
import { DeadLetters } from './dead-letters.ts';
import { GroupMember } from './group-member.ts';
import { KafkaSource, type SourceEvents } from './kafka-source.ts';

/** Reads one connector's records, as a member of its consumer group; see KafkaSource for the contract. */
export type Source = Pick<
  KafkaSource,
  'isJoined' | 'turns' | 'start' | 'stop' | 'commit' | 'setPaused' | 'seek' | 'inspect'
>;

/** Takes one connector's rejected records; see DeadLetters for the contract. */
export type DeadLetterWriter = Pick<DeadLetters, 'ensureTopic' | 'send' | 'close'>;

/** All that a connector has to do with Kafka. */
export interface ConnectorKafka {
  /** A source that is not started. */
  newSource(events: SourceEvents): Source;
  /** Undefined with errors.tolerance=none. */
  readonly deadLetters: DeadLetterWriter | undefined;
}

/** The same by kafkajs. */
export function connectorKafka(config: ConnectorConfig, worker: WorkerConfig, logger: Logger): ConnectorKafka {
  const kafka = createKafka(worker.bootstrapServers, config.kafka, logger);
  const topics = { choose: topicChooser(config), refreshIntervalMs: config.topics.refreshIntervalMs };
  const member = new GroupMember();
  const { deadLetters } = config.errors;
  return {
    newSource: (events) => new KafkaSource(kafka, config.kafka, topics, member, events),
    deadLetters:
      deadLetters &&
      new DeadLetters(kafka, {
        topic: deadLetters.topic,
        replicationFactor: deadLetters.replicationFactor ?? 3,
        connector: config.name,
        connectHeaders: deadLetters.connectHeaders,
        maskValues: config.errors.maskValues,
      }),
  };
}
