// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of values look like templates.
import type { KeyTable } from '../key-spec.ts';

/** What a connector is called, what it reads, and where that goes. */
export const routeKeys = {
  name: {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'high',
    documentation: 'Name of the connector, unique in its folder. The consumer group is `connect-<name>`.',
    example: 'zilliz-kafka-connect-milvus',
  },
  'connector.class': {
    status: 'used',
    type: 'string',
    default: 'com.milvus.io.kafka.MilvusSinkConnector',
    importance: 'low',
    documentation: 'Accepted so that an existing file works. The class of another sink is a problem.',
    example: 'com.milvus.io.kafka.MilvusSinkConnector',
  },
  topics: {
    status: 'used',
    type: 'list',
    default: undefined,
    importance: 'high',
    documentation: 'Topics to read. Either this or `topics.regex` must be set.',
    example: 'orders,payments',
  },
  'topics.regex': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'high',
    documentation:
      'Topics to read, by a regular expression that the whole name must match; topics that are created later are found too. Names that begin with `__` and the dead letter topic never match. With `auto.offset.reset=latest` a topic that is found later begins at its end of that time. The syntax is what Java and JavaScript share, and `\\Q..\\E`, `\\A`, `\\z`, `\\Z` and a leading `(?i)`.',
    example: 'orders-.*',
  },
  'topics.refresh.interval.ms': {
    status: 'used',
    type: 'int',
    default: 60_000,
    min: 100,
    max: 3_600_000,
    importance: 'low',
    documentation: 'Time between looks for topics that have come or gone, in milliseconds.',
    example: '10000',
  },
  'collection.name': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'high',
    documentation:
      'Milvus collection to write to. It must exist. Either this, `collection.name.format` or, for every topic, `collection.name.map` must be set.',
    example: 'topic_0',
  },
  'collection.name.format': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'medium',
    documentation:
      'Collection of each topic, instead of `collection.name`: `${topic}` stands for its name, in which `.` and `-` become `_`; a digit at the beginning gets `_` before it.',
    example: 'kafka_${topic}',
  },
  'collection.name.map': {
    status: 'used',
    type: 'map',
    default: undefined,
    importance: 'medium',
    documentation:
      'Collections of single topics; counts before `collection.name` and `collection.name.format`. Several topics may share one.',
    example: 'orders:shop_orders,orders-eu:shop_orders',
  },
  'database.name': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'medium',
    documentation: 'Milvus database of the collections. Unset means the default database.',
    example: 'default',
  },
  'partition.name': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'low',
    documentation:
      'Milvus partition to write to. It must exist. Unset means the default partition, or the one that the partition key chooses.',
    example: 'fresh',
  },
  'public.endpoint': {
    status: 'used',
    type: 'string',
    default: undefined,
    importance: 'high',
    documentation:
      'Where Milvus is: `https://host:port` (TLS), `http://host:port` or `host:port`. Without a port, https means 443 and anything else 19530. Unset means the `MILVUS_ENDPOINT` of the inserter.',
    example: 'https://in01-0123456789abcdef.example.com:19530',
  },
  token: {
    status: 'used',
    type: 'password',
    default: undefined,
    importance: 'high',
    documentation:
      'Milvus token: `user:password` or an API key. A reference such as `${env:NAME}` travels as it is, and the inserter resolves it. Unset means the `MILVUS_TOKEN` of the inserter.',
    example: '${env:MILVUS_TOKEN}',
  },
} as const satisfies KeyTable;
