import type { ConnectorConfig } from '../connector-config.ts';
import type { connectorKeys } from '../connector-keys.ts';
import type { KeyReader } from '../key-reader.ts';
import { lostOffsetBehaviors } from '../keys/error-keys.ts';
import { insertModes } from '../keys/write-keys.ts';
import { checkMembers } from './check-members.ts';
import { readDeletes } from './read-deletes.ts';
import { readErrors } from './read-errors.ts';
import { readLimits } from './read-limits.ts';
import { readEndpoint, readToken } from './read-milvus.ts';
import { readPrimaryKey } from './read-primary-key.ts';
import { readRoute } from './read-route.ts';
import { readShape } from './read-shape.ts';
import { readTopics } from './read-topics.ts';

export type ConnectorReader = KeyReader<typeof connectorKeys>;

type FromKeys = Omit<ConnectorConfig, 'file' | 'valueFormat' | 'keyFormat' | 'kafka' | 'shown'>;

const sinkClasses = ['com.milvus.io.kafka.MilvusSinkConnector', 'MilvusSinkConnector', 'MilvusSink'];

/** Reads a connector's own keys. What is missing or wrong is reported, and something harmless stands in its place. */
export function readConnector(read: ConnectorReader): FromKeys {
  const name = readName(read);
  const topics = readTopics(read);
  if (!sinkClasses.includes(read.text('connector.class') ?? '')) {
    read.problem('connector.class', 'this is another connector; only the Milvus sink can be run here');
  }
  const insertMode = read.optionalChoice('insert.mode', insertModes);
  const primaryKey = readPrimaryKey(read);
  if (insertMode === 'update' && primaryKey.mode === 'kafka') {
    read.problem('insert.mode', 'with pk.mode=kafka each record has a key of its own, so there is nothing to update');
  }
  const route = readRoute(read, topics);
  const publicEndpoint = readEndpoint(read);
  const token = readToken(read);
  const shape = readShape(read);
  const deletes = readDeletes(read, { insertMode, primaryKey });
  checkMembers(read, { shape, primaryKey, deletes });
  return {
    name,
    topics,
    route,
    publicEndpoint,
    token,
    shape,
    insertMode,
    primaryKey,
    deletes,
    errors: readErrors(read, name, topics),
    lostOffset: read.choice('behavior.on.lost.offset', lostOffsetBehaviors),
    ...readLimits(read),
  };
}

function readName(read: ConnectorReader): string {
  const name = read.required('name') ?? '';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/]/u.test(name)) read.problem('name', 'may not hold control characters or slashes');
  if (name.length > 200) read.problem('name', 'may hold at most 200 characters');
  return name;
}
