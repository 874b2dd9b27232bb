// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.

/** Where the records of a connector go. */
export interface RouteConfig {
  /** Undefined: the server's default database. */
  readonly database: string | undefined;
  /** Collections of single topics; they count before `collection`. */
  readonly collections: ReadonlyMap<string, string>;
  /** Collection of every other topic; `${topic}` in it stands for the topic. Undefined: there is no other topic. */
  readonly collection: string | undefined;
  /** Undefined: the default partition, or the one that the partition key chooses. */
  readonly partition: string | undefined;
}

export const topicPlaceholder = '${topic}';

/** Milvus takes no longer names of collections; they are letters, digits and underscores, and begin with no digit. */
export const collectionCharsMax = 255;

/** The collection of a topic; undefined where the route has none for it. */
export function collectionOf({ collections, collection }: RouteConfig, topic: string): string | undefined {
  const own = collections.get(topic);
  if (own !== undefined) return own;
  if (!collection?.includes(topicPlaceholder)) return collection;
  const name = collection.replaceAll(topicPlaceholder, topic.replace(/[.-]/g, '_'));
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Topics that only the rewriting of their names brings together, by the collection that they would share. */
export function clashingTopics(route: RouteConfig, topics: readonly string[]): ReadonlyMap<string, readonly string[]> {
  if (route.collection?.includes(topicPlaceholder) !== true) return new Map();
  const formatted = topics.filter((topic) => !route.collections.has(topic));
  const groups = Map.groupBy(formatted, (topic) => collectionOf(route, topic) ?? '');
  return new Map([...groups].filter(([, group]) => group.length > 1));
}
