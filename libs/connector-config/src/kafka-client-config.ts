import type { ConfigFiles } from './config-files.ts';
import { type kafkaClientKeys, offsetResets } from './kafka-client-keys.ts';
import { type KafkaSecurity, readKafkaSecurity } from './kafka-security.ts';
import type { KeyReader } from './key-reader.ts';

/** How the records of one connector are read from Kafka. */
export interface KafkaClientConfig {
  readonly groupId: string;
  readonly clientId: string;
  readonly autoOffsetReset: (typeof offsetResets)[number];
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly fetchBytesMin: number;
  readonly fetchBytesMax: number;
  readonly partitionFetchBytesMax: number;
  readonly fetchWaitMaxMs: number;
  /** How long new partitions of a topic may go unnoticed. */
  readonly metadataAgeMaxMs: number;
  readonly security: KafkaSecurity;
}

type Security = Parameters<typeof readKafkaSecurity>[0];

/** Reads the Kafka client keys of a connector. Group and client names are those of Kafka Connect unless overridden. */
export function readKafkaClient(
  name: string,
  read: KeyReader<typeof kafkaClientKeys>,
  security: Security,
  files: ConfigFiles,
): KafkaClientConfig {
  const sessionTimeoutMs = read.int('session.timeout.ms');
  const heartbeatMs = read.int('heartbeat.interval.ms');
  const isSet = read.entry('heartbeat.interval.ms') !== undefined;
  if (isSet && heartbeatMs >= sessionTimeoutMs)
    read.problem('heartbeat.interval.ms', 'must be below session.timeout.ms');
  return {
    groupId: read.text('group.id') ?? `connect-${name}`,
    clientId: read.text('client.id') ?? `connector-consumer-${name}`,
    autoOffsetReset: read.choice('auto.offset.reset', offsetResets),
    sessionTimeoutMs,
    heartbeatIntervalMs: isSet ? heartbeatMs : Math.min(heartbeatMs, Math.floor(sessionTimeoutMs / 3)),
    fetchBytesMin: read.int('fetch.min.bytes'),
    fetchBytesMax: read.int('fetch.max.bytes'),
    partitionFetchBytesMax: read.int('max.partition.fetch.bytes'),
    fetchWaitMaxMs: read.int('fetch.max.wait.ms'),
    metadataAgeMaxMs: read.int('metadata.max.age.ms'),
    security: readKafkaSecurity(security, files),
  };
}
