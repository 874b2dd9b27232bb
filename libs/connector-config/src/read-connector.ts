import { type MilvusEndpoint, parseEndpoint } from './address.ts';
import type { ConnectorConfig, ErrorsConfig } from './connector-config.ts';
import { type connectorKeys, insertModes, tolerances, unknownFieldPolicies } from './connector-keys.ts';
import type { KeyReader } from './key-reader.ts';

export type ConnectorReader = KeyReader<typeof connectorKeys>;

type FromKeys = Omit<ConnectorConfig, 'file' | 'valueFormat' | 'kafka' | 'shown'>;

const sinkClasses = ['com.milvus.io.kafka.MilvusSinkConnector', 'MilvusSinkConnector', 'MilvusSink'];

/** Reads a connector's own keys. What is missing or wrong is reported, and something harmless stands in its place. */
export function readConnector(read: ConnectorReader): FromKeys {
  const name = readName(read);
  const topics = readTopics(read);
  if (!sinkClasses.includes(read.text('connector.class') ?? '')) {
    read.problem('connector.class', 'this is another connector; only the Milvus sink can be run here');
  }
  return {
    name,
    topics,
    collectionName: readMilvusName(read, 'collection.name', read.required('collection.name')) ?? '',
    databaseName: readMilvusName(read, 'database.name', read.text('database.name')),
    publicEndpoint: readEndpoint(read),
    token: readToken(read),
    insertMode: read.optionalChoice('insert.mode', insertModes),
    unknownFields: read.choice('unknown.fields', unknownFieldPolicies),
    errors: readErrors(read, name, topics),
    ...readLimits(read),
  };
}

function readName(read: ConnectorReader): string {
  const name = read.required('name') ?? '';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/]/u.test(name)) read.problem('name', 'may not hold control characters or slashes');
  if (name.length > 200) read.problem('name', 'may hold at most 200 characters');
  return name;
}

function readTopics(read: ConnectorReader): readonly string[] {
  const topics = read.list('topics');
  if (topics.length === 0 && read.entry('topics.regex') === undefined) read.required('topics');
  for (const topic of topics) {
    if (!isTopicName(topic)) read.problem('topics', topicRule);
  }
  return topics;
}

// Kafka's own rule for topic names (org.apache.kafka.common.internals.Topic).
const topicRule = 'a topic name is 1 to 249 letters, digits, dots, underscores and hyphens, and not . or ..';
function isTopicName(topic: string): boolean {
  return /^[A-Za-z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..';
}

function readMilvusName(
  read: ConnectorReader,
  key: 'collection.name' | 'database.name',
  name: string | undefined,
): string | undefined {
  if (name !== undefined && (/[\s\p{Cc}\p{Cf}]/u.test(name) || Buffer.byteLength(name) > 255)) {
    read.problem(key, 'may hold at most 255 bytes, and no white space');
  }
  return name;
}

function readEndpoint(read: ConnectorReader): MilvusEndpoint | undefined {
  const text = read.text('public.endpoint');
  if (text === undefined) return undefined;
  const endpoint = parseEndpoint(text);
  if ('url' in endpoint) return endpoint;
  // Credentials can stand before an @ and in a query.
  const hide = /[@?]/.test(read.entry('public.endpoint')?.text ?? '') ? { found: undefined } : {};
  read.problem('public.endpoint', endpoint.failure, {
    help: 'or leave it out to use the MILVUS_ENDPOINT of the inserter',
    ...hide,
  });
  return undefined;
}

function readToken(read: ConnectorReader): ConnectorConfig['token'] {
  const token = read.travellingSecret('token');
  if (token !== undefined && /^\*+$/.test(token.reveal())) read.note('token', 'this looks like a placeholder');
  if (token !== undefined && token.reveal().trim() !== token.reveal())
    read.note('token', 'begins or ends with white space');
  return token;
}

function readErrors(read: ConnectorReader, name: string, topics: readonly string[]): ErrorsConfig {
  const key = 'errors.deadletterqueue.topic.name';
  const tolerance = read.choice('errors.tolerance', tolerances);
  const logRejections = read.flag('errors.log.enable');
  const named = read.text(key);
  const replicationFactor = read.optionalInt('errors.deadletterqueue.topic.replication.factor');
  const connectHeaders = read.flag('errors.deadletterqueue.context.headers.enable');
  const topic = named ?? `${name}.dead-letters`;
  if (tolerance === 'none') {
    if (named !== undefined) read.note(key, 'not used, because errors.tolerance is none: the connector stops instead');
    return { tolerance, logRejections, deadLetters: undefined };
  }
  if (named === undefined) read.note(key, `not set, so records that can never be written go to the topic ${topic}`);
  if (name !== '' && !isTopicName(topic)) {
    read.problem(key, named === undefined ? `must be set, because the name makes no topic name` : topicRule);
  }
  if (topics.includes(topic)) read.problem(key, 'may not be one of topics: dead letters would be read again');
  return { tolerance, logRejections, deadLetters: { topic, replicationFactor, connectHeaders } };
}

function readLimits(read: ConnectorReader) {
  const limits = {
    batchBytesMax: read.int('batch.bytes.max'),
    batchRecordsMax: read.int('batch.records.max'),
    windowBatchesMax: read.int('window.batches.max'),
    windowBytesMax: read.int('window.bytes.max'),
    laneBufferBytesMax: read.int('lane.buffer.bytes.max'),
    retryBackoffMs: read.int('retry.backoff.ms'),
    retryBackoffMaxMs: read.int('retry.backoff.max.ms'),
    writeTimeoutMs: read.int('write.timeout.ms'),
    commitIntervalMs: read.int('commit.interval.ms'),
  };
  if (limits.windowBytesMax < limits.batchBytesMax) {
    read.problem('window.bytes.max', `must be at least batch.bytes.max, which is ${limits.batchBytesMax}`);
  }
  if (limits.laneBufferBytesMax < limits.batchBytesMax) {
    read.problem('lane.buffer.bytes.max', `must be at least batch.bytes.max, which is ${limits.batchBytesMax}`);
  }
  if (limits.retryBackoffMaxMs < limits.retryBackoffMs) {
    read.problem('retry.backoff.max.ms', `must be at least retry.backoff.ms, which is ${limits.retryBackoffMs}`);
  }
  return limits;
}
