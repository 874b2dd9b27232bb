/** Kafka's own rule for topic names (org.apache.kafka.common.internals.Topic). */
export const topicRule = 'a topic name is 1 to 249 letters, digits, dots, underscores and hyphens, and not . or ..';

export function isTopicName(topic: string): boolean {
  return /^[A-Za-z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..';
}
