import type { TopicsConfig } from '../connector-config.ts';
import { isTopicName, topicRule } from '../topic-name.ts';
import { parseTopicPattern } from '../topic-pattern.ts';
import type { ConnectorReader } from './read-connector.ts';

/** Reads `topics` or `topics.regex`, of which there must be exactly one. */
export function readTopics(read: ConnectorReader): TopicsConfig {
  const names = read.list('topics');
  const regex = read.text('topics.regex');
  const refreshIntervalMs = read.int('topics.refresh.interval.ms');
  if (names.length === 0 && read.entry('topics.regex') === undefined) read.required('topics');
  for (const name of names) {
    if (!isTopicName(name)) read.problem('topics', topicRule);
  }
  if (regex === undefined) return { names, pattern: undefined, refreshIntervalMs };
  if (read.entry('topics') !== undefined) {
    read.problem('topics.regex', 'topics is set as well; only one of the two can be', {
      help: 'leave one of them out',
    });
  }
  const pattern = parseTopicPattern(regex);
  if ('failure' in pattern) {
    read.problem('topics.regex', pattern.failure, { foundAt: pattern.at });
    return { names: [], pattern: undefined, refreshIntervalMs };
  }
  return { names: [], pattern, refreshIntervalMs };
}

/** Whether a topic is read by a connector. */
export function isRead({ names, pattern }: TopicsConfig, topic: string): boolean {
  return names.includes(topic) || (pattern !== undefined && pattern.matching([topic]).length > 0);
}
