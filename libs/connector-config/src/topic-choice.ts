import { clashingTopics } from './collection-name.ts';
import type { ConnectorConfig } from './connector-config.ts';

/** What a connector reads of the topics that there are. */
export interface TopicChoice {
  /** In the order of their names. */
  readonly topics: readonly string[];
  /** Topics that would share a collection by accident, by the collection's name; none of them is read. */
  readonly clashes: ReadonlyMap<string, readonly string[]>;
}

/** Out of the cluster's topics. @throws MissingTopicError, NoMatchingTopicError, ClashingTopicsError, SlowPatternError */
export type ChooseTopics = (present: readonly string[]) => TopicChoice;

/** A connector's topic does not exist (yet). */
export class MissingTopicError extends Error {
  readonly topics: readonly string[];

  constructor(topics: readonly string[]) {
    super(`topic ${topics.join(', ')} does not exist`);
    this.name = 'MissingTopicError';
    this.topics = topics;
  }
}

/** `topics.regex` matches no topic (yet). */
export class NoMatchingTopicError extends Error {
  constructor(pattern: string) {
    super(`no topic matches topics.regex=${pattern}`);
    this.name = 'NoMatchingTopicError';
  }
}

/** Every topic that matches would share its collection with another one by accident. */
export class ClashingTopicsError extends Error {
  constructor(clashes: TopicChoice['clashes']) {
    super(clashText(clashes));
    this.name = 'ClashingTopicsError';
  }
}

export function clashText(clashes: TopicChoice['clashes']): string {
  const groups = [...clashes].map(([collection, topics]) => `${topics.join(' and ')} (${collection})`);
  return `topics would share a collection by accident: ${groups.join('; ')}`;
}

/** Listed topics as they are; by pattern those that match, without dead letters and without any that clash. */
export function topicChooser({
  topics: { names, pattern },
  route,
  errors,
}: Pick<ConnectorConfig, 'topics' | 'route' | 'errors'>): ChooseTopics {
  return (present) => {
    if (pattern === undefined) {
      const missing = names.filter((name) => !present.includes(name));
      if (missing.length > 0) throw new MissingTopicError(missing);
      return { topics: [...names].sort(), clashes: new Map() };
    }
    const matching = pattern.matching(present).filter((topic) => topic !== errors.deadLetters?.topic);
    const clashes = clashingTopics(route, matching);
    const left = new Set([...clashes.values()].flat());
    const topics = matching.filter((topic) => !left.has(topic)).sort();
    if (matching.length === 0) throw new NoMatchingTopicError(pattern.source);
    if (topics.length === 0) throw new ClashingTopicsError(clashes);
    return { topics, clashes };
  };
}
