// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import { expect, test } from 'vitest';
import { clashingTopics, collectionOf, type RouteConfig } from './collection-name.ts';

const route = (more: Partial<RouteConfig>): RouteConfig => ({
  database: undefined,
  collections: new Map(),
  collection: undefined,
  partition: undefined,
  ...more,
});

test.each([
  ['${topic}', 'orders', 'orders'],
  ['${topic}', 'eu.orders-v1', 'eu_orders_v1'],
  ['${topic}', '2024-orders', '_2024_orders'],
  ['kafka_${topic}', '2024-orders', 'kafka_2024_orders'],
  ['7${topic}', 'a', '_7a'],
  ['${topic}_${topic}', 'a.b', 'a_b_a_b'],
])('%s of %s is %s', (collection, topic, name) => expect(collectionOf(route({ collection }), topic)).toBe(name));

test('the map counts before the format and before the name, and is taken as it stands', () => {
  const collections = new Map([['a.b', 'mine-${topic}']]);
  expect(collectionOf(route({ collection: '${topic}', collections }), 'a.b')).toBe('mine-${topic}');
  expect(collectionOf(route({ collection: 'all', collections }), 'a.b')).toBe('mine-${topic}');
  expect(collectionOf(route({ collection: 'all', collections }), 'c')).toBe('all');
  expect(collectionOf(route({ collections }), 'c')).toBeUndefined();
});

test('topics that only the rewriting brings together clash, unless the map names one of them', () => {
  const topics = ['a.b', 'a-b', 'c'];
  expect(clashingTopics(route({ collection: '${topic}' }), topics)).toEqual(new Map([['a_b', ['a.b', 'a-b']]]));
  expect(clashingTopics(route({ collection: 'all' }), topics)).toEqual(new Map());
  const collections = new Map([['a-b', 'a_b']]);
  expect(clashingTopics(route({ collection: '${topic}', collections }), topics)).toEqual(new Map());
});
