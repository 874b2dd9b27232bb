// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import { expect, test } from 'vitest';
import { loadLines } from '../test/memory-files.ts';
import type { ConnectorConfig } from './connector-config.ts';
import { ClashingTopicsError, MissingTopicError, NoMatchingTopicError, topicChooser } from './topic-choice.ts';
import { parseTopicPattern, TopicPattern } from './topic-pattern.ts';

const [config = expect.unreachable()] = loadLines().connectors;

const topicsListed = (...names: string[]) => ({ names, pattern: undefined, refreshIntervalMs: 60_000 });

function topicsMatching(text: string): ConnectorConfig['topics'] {
  const pattern = parseTopicPattern(text);
  if (!(pattern instanceof TopicPattern)) throw new Error(pattern.failure);
  return { names: [], pattern, refreshIntervalMs: 60_000 };
}

const chooser = (topics: ConnectorConfig['topics'], more: Partial<ConnectorConfig> = {}) =>
  topicChooser({ ...config, topics, ...more });
const byTopic = { database: undefined, collections: new Map(), collection: '${topic}', partition: undefined };

test('listed topics are all read, or none', () => {
  const choose = chooser(topicsListed('b', 'a'));
  expect(choose(['a', 'b', 'c']).topics).toEqual(['a', 'b']);
  expect(() => choose(['a', 'c'])).toThrow(new MissingTopicError(['b']));
});

test('a pattern reads what matches, without internal topics and without its own dead letters', () => {
  const deadLetters = {
    topic: 'orders.dead',
    replicationFactor: undefined,
    connectHeaders: false,
    runMax: 0,
    sharePercentMax: 100,
  };
  const choose = chooser(topicsMatching('(__)?orders.*'), {
    errors: { ...config.errors, tolerance: 'all', deadLetters },
  });
  expect(choose(['orders.b', 'orders.dead', 'orders.a', '__orders', 'bills']).topics).toEqual(['orders.a', 'orders.b']);
  expect(() => choose(['bills', 'orders.dead'])).toThrow(NoMatchingTopicError);
});

test('topics that would share a collection by accident are left out, whichever was there first', () => {
  const choose = chooser(topicsMatching('.*'), { route: byTopic });
  const choice = choose(['a.b', 'c', 'a-b']);
  expect(choice.topics).toEqual(['c']);
  expect(choice.clashes).toEqual(new Map([['a_b', ['a.b', 'a-b']]]));
  expect(() => choose(['a.b', 'a-b'])).toThrow(ClashingTopicsError);
  const route = { ...byTopic, collections: new Map([['a-b', 'a_b']]) };
  expect(chooser(topicsMatching('.*'), { route })(['a.b', 'c', 'a-b']).topics).toEqual(['a-b', 'a.b', 'c']);
});
