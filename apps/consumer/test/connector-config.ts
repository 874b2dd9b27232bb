import {
  type ConnectorConfig,
  type KafkaClientConfig,
  parseTopicPattern,
  TopicPattern,
  type TopicsConfig,
} from '@millrace/connector-config';

export function clientConfig(groupId: string, more: Partial<KafkaClientConfig> = {}): KafkaClientConfig {
  return {
    groupId,
    clientId: 'test',
    autoOffsetReset: 'earliest',
    sessionTimeoutMs: 6_000,
    heartbeatIntervalMs: 200,
    fetchBytesMin: 1,
    fetchBytesMax: 50_000_000,
    partitionFetchBytesMax: 1_048_576,
    fetchWaitMaxMs: 100,
    metadataAgeMaxMs: 60_000,
    security: { tls: undefined, sasl: undefined },
    ...more,
  };
}

export function topicsListed(...names: string[]): TopicsConfig {
  return { names, pattern: undefined, refreshIntervalMs: 60_000 };
}

/** Looks for new topics five times a second. */
export function topicsMatching(pattern: string): TopicsConfig {
  const parsed = parseTopicPattern(pattern);
  if (!(parsed instanceof TopicPattern)) throw new Error(parsed.failure);
  return { names: [], pattern: parsed, refreshIntervalMs: 200 };
}

/** A connector of the test's own topics, quick to retry. */
export function connectorConfig(name: string, topics: string[], more: Partial<ConnectorConfig> = {}): ConnectorConfig {
  return {
    name,
    file: `${name}.properties`,
    topics: topicsListed(...topics),
    route: { database: undefined, collections: new Map(), collection: 'docs', partition: undefined },
    publicEndpoint: undefined,
    token: undefined,
    valueFormat: 'json',
    keyFormat: undefined,
    shape: { unknownFields: undefined, include: [], exclude: [], renames: [], sources: [] },
    insertMode: undefined,
    primaryKey: { mode: 'record_value', path: [] },
    deletes: { tombstones: 'fail', marker: undefined },
    errors: { tolerance: 'none', logRejections: false, maskValues: false, deadLetters: undefined },
    batchBytesMax: 100_000,
    batchRecordsMax: 100,
    windowBatchesMax: 4,
    windowBytesMax: 1_000_000,
    laneBufferBytesMax: 1_000_000,
    retryBackoffMs: 50,
    retryBackoffMaxMs: 500,
    // A partition whose last owner left work behind waits for as long as that could be written, and a margin.
    writeTimeoutMs: 1_000,
    commitIntervalMs: 100,
    lostOffset: 'fail',
    kafka: clientConfig(`connect-${name}`),
    shown: { name },
    ...more,
  };
}
