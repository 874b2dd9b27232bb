// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import {
  clashingTopics,
  collectionCharsMax,
  collectionOf,
  type RouteConfig,
  topicPlaceholder,
} from '../collection-name.ts';
import type { TopicsConfig } from '../connector-config.ts';
import { nearestKey } from '../nearest-key.ts';
import type { ConnectorReader } from './read-connector.ts';
import { isRead } from './read-topics.ts';

/** Reads where records go, and checks that every topic has one collection, which it shares with no other by accident. */
export function readRoute(read: ConnectorReader, topics: TopicsConfig): RouteConfig {
  const route = {
    collection: readCollection(read),
    collections: readMap(read, topics),
    database: readMilvusName(read, 'database.name'),
    partition: readMilvusName(read, 'partition.name'),
  };
  const homeless = topics.names.filter((topic) => collectionOf(route, topic) === undefined);
  const isCatchAllMissing =
    route.collection === undefined && isUnset(read, 'collection.name', 'collection.name.format');
  if (isCatchAllMissing && route.collections.size === 0 && isUnset(read, 'collection.name.map')) {
    read.required('collection.name');
  } else if (isCatchAllMissing && homeless.length > 0) {
    read.problem('collection.name.map', `has no collection for ${homeless.join(', ')}`, {
      help: 'add it, or set collection.name or collection.name.format for all other topics',
    });
  } else if (isCatchAllMissing && topics.pattern !== undefined) {
    read.problem('collection.name.map', 'cannot name every topic that topics.regex may match', {
      help: 'set collection.name or collection.name.format for all other topics',
    });
  }
  checkFormat(read, route, topics);
  return route;
}

function isUnset(read: ConnectorReader, ...keys: Parameters<ConnectorReader['entry']>[0][]): boolean {
  return keys.every((key) => (read.entry(key)?.text.trim() ?? '') === '');
}

function readMap(read: ConnectorReader, topics: TopicsConfig): ReadonlyMap<string, string> {
  const key = 'collection.name.map';
  const map = new Map<string, string>();
  for (const [topic, collection] of read.namePairs(key)) {
    if (map.has(topic)) read.problem(key, `names the topic ${topic} twice`);
    map.set(topic, collection);
    checkMilvusName(read, key, collection);
    if ((topics.names.length === 0 && topics.pattern === undefined) || isRead(topics, topic)) continue;
    const nearest = nearestKey(topic, topics.names);
    const help = nearest === undefined ? {} : { help: `did you mean ${nearest}?` };
    read.problem(key, `the topic ${topic} is not read by this connector`, help);
  }
  return map;
}

function readCollection(read: ConnectorReader): string | undefined {
  const name = readMilvusName(read, 'collection.name');
  const format = read.text('collection.name.format');
  if (name?.includes(topicPlaceholder)) {
    read.problem('collection.name', `${topicPlaceholder} is not replaced here`, { help: 'use collection.name.format' });
    return undefined;
  }
  if (format === undefined) return name;
  if (name !== undefined) {
    read.problem('collection.name.format', 'collection.name is set as well; only one of the two can be', {
      help: 'leave one of them out',
    });
  }
  const rest = format.replaceAll(topicPlaceholder, '');
  if (!format.includes(topicPlaceholder)) {
    read.problem('collection.name.format', `must contain ${topicPlaceholder}`, {
      help: 'use collection.name for one collection of all topics',
    });
    return undefined;
  }
  if (/^[A-Za-z0-9_]*$/.test(rest)) return format;
  read.problem('collection.name.format', `beside ${topicPlaceholder} it may hold letters, digits and underscores only`);
  return undefined;
}

function checkFormat(read: ConnectorReader, route: RouteConfig, topics: TopicsConfig): void {
  const key = 'collection.name.format';
  const help = 'name their collections in collection.name.map';
  for (const [collection, group] of clashingTopics(route, topics.names)) {
    read.problem(key, `makes one collection, ${collection}, of the topics ${group.join(', ')}`, { help });
  }
  for (const topic of topics.names) {
    const { length } = collectionOf(route, topic) ?? '';
    if (length > collectionCharsMax && !route.collections.has(topic) && route.collection?.includes(topicPlaceholder)) {
      read.problem(
        key,
        `the collection of ${topic} would have ${length} characters; ${collectionCharsMax} are allowed`,
        { help },
      );
    }
  }
}

type NameKey = 'collection.name' | 'database.name' | 'partition.name';

function readMilvusName(read: ConnectorReader, key: NameKey): string | undefined {
  const name = read.text(key);
  if (name !== undefined) checkMilvusName(read, key, name);
  return name;
}

function checkMilvusName(read: ConnectorReader, key: NameKey | 'collection.name.map', name: string): void {
  if (/[\s\p{Cc}\p{Cf}]/u.test(name) || Buffer.byteLength(name) > 255) {
    read.problem(key, 'may hold at most 255 bytes, and no white space');
  }
}
