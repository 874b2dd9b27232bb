import type { ErrorsConfig, TopicsConfig } from '../connector-config.ts';
import { tolerances } from '../keys/error-keys.ts';
import { isTopicName, topicRule } from '../topic-name.ts';
import type { ConnectorReader } from './read-connector.ts';
import { isRead } from './read-topics.ts';

/** Reads what happens to records that can never be written. */
export function readErrors(read: ConnectorReader, name: string, topics: TopicsConfig): ErrorsConfig {
  const key = 'errors.deadletterqueue.topic.name';
  const tolerance = read.choice('errors.tolerance', tolerances);
  const logRejections = read.flag('errors.log.enable');
  const maskValues = read.flag('errors.mask.values');
  const named = read.text(key);
  const replicationFactor = read.optionalInt('errors.deadletterqueue.topic.replication.factor');
  const connectHeaders = read.flag('errors.deadletterqueue.context.headers.enable');
  const runMax = read.int('errors.deadletterqueue.run.max');
  const sharePercentMax = read.int('errors.deadletterqueue.share.max.percent');
  const topic = named ?? `${name}.dead-letters`;
  if (tolerance === 'none') {
    if (named !== undefined) read.note(key, 'not used, because errors.tolerance is none: the connector stops instead');
    return { tolerance, logRejections, maskValues, deadLetters: undefined };
  }
  if (named === undefined) read.note(key, `not set, so records that can never be written go to the topic ${topic}`);
  if (name !== '' && !isTopicName(topic)) {
    read.problem(key, named === undefined ? `must be set, because the name makes no topic name` : topicRule);
  }
  if (topics.names.includes(topic)) read.problem(key, 'may not be one of topics: dead letters would be read again');
  else if (isRead(topics, topic)) {
    read.problem(key, `${topic} may not match topics.regex: dead letters would be read again`, {
      help: 'name another topic, or make the pattern narrower',
    });
  }
  const deadLetters = { topic, replicationFactor, connectHeaders, runMax, sharePercentMax };
  return { tolerance, logRejections, maskValues, deadLetters };
}
