// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import { DataType } from '@zilliz/milvus2-sdk-node';
import { describe, expect, it } from 'vitest';
import { connectorCounts, connectorStatus } from './harness/consumer-status.ts';
import { scene } from './harness/scene.ts';
import { until } from './harness/until.ts';

const fields = [
  { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false },
  { name: 'title', data_type: DataType.VarChar, max_length: 64 },
  { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
];
const records = (title: string, count: number) =>
  Array.from({ length: count }, (_, id) => ({
    value: JSON.stringify({ id, title: `${title} ${id}`, vector: [id, 1] }),
  }));

describe('one connector for many topics, in YAML', () => {
  const the = scene();

  it('writes each topic to its collection, also one that is created later', { timeout: 120_000 }, async () => {
    const { kafka, reader } = the;
    const group = 'connect-shop';
    for (const collection of ['shop_orders_eu', 'american']) await reader.createCollection(collection, fields);
    for (const topic of ['orders.eu', 'orders.us', 'my-orders.eu']) await kafka.createTopic(topic, 2);
    const pipeline = await the.start({
      connectors: {
        'shop.yaml': [
          'name: shop',
          'connector.class: com.milvus.io.kafka.MilvusSinkConnector',
          'topics:',
          '  regex: orders[.-].*',
          '  refresh.interval.ms: 300',
          'collection.name:',
          '  format: shop_${topic}',
          '  map:',
          '    orders.us: american',
          'errors:',
          '  tolerance: all',
          '  deadletterqueue.topic.name: shop.dead',
        ].join('\n'),
      },
    });
    await kafka.send('orders.eu', records('european', 40));
    await kafka.send('orders.us', [...records('american', 30), { value: '{"id": 1}' }]);
    await kafka.send('my-orders.eu', records('nobody wants it', 5));
    for (const topic of ['orders.eu', 'orders.us']) await kafka.untilCommitted(group, topic, 30_000);

    // It comes while the others are read, and before its collection does.
    await kafka.createTopic('orders-v2.asia', 1);
    await kafka.send('orders-v2.asia', records('asian', 20));
    const failed = await until(
      'the status names the collection that is missing',
      async () => {
        const { connector } = await connectorStatus(pipeline, 'shop');
        return connector.trace?.includes('shop_orders_v2_asia') && connector;
      },
      { timeoutMs: 30_000, found: () => connectorStatus(pipeline, 'shop') },
    );
    expect(failed.state).toBe('FAILED');
    await kafka.send('orders.eu', records('european again', 50));
    await kafka.untilCommitted(group, 'orders.eu', 30_000);
    await reader.createCollection('shop_orders_v2_asia', fields);
    await kafka.untilCommitted(group, 'orders-v2.asia', 45_000);

    const titles = async (collection: string) => {
      const rows = await reader.all(collection, ['id', 'title']);
      return rows.map(({ title }) => String(title)).toSorted();
    };
    const wanted = (title: string, count: number) =>
      Array.from({ length: count }, (_, id) => `${title} ${id}`).toSorted();
    expect(await titles('shop_orders_eu')).toEqual(wanted('european again', 50));
    expect(await titles('american')).toEqual(wanted('american', 30));
    expect(await titles('shop_orders_v2_asia')).toEqual(wanted('asian', 20));

    const { connector, millrace } = await connectorStatus(pipeline, 'shop');
    expect(connector.state).toBe('RUNNING');
    expect(new Map(millrace.lanes.map(({ topic, collection }) => [topic, collection]))).toEqual(
      new Map([
        ['orders.eu', 'shop_orders_eu'],
        ['orders.us', 'american'],
        ['orders-v2.asia', 'shop_orders_v2_asia'],
      ]),
    );
    const [letter] = await kafka.readAll('shop.dead');
    expect(String(letter?.headers['__millrace.topic'])).toBe('orders.us');
    expect(String(letter?.headers['__millrace.collection'])).toBe('american');
    const topics = await pipeline.get('consumer', '/connectors/shop/topics');
    expect(JSON.parse(topics.text)).toEqual({ shop: { topics: ['orders-v2.asia', 'orders.eu', 'orders.us'] } });
  });
});

describe('two connectors that read the same events, in JSON', () => {
  const the = scene();

  it('fill rows from metadata, headers and keys, in one partition, and write each event once', {
    timeout: 90_000,
  }, async () => {
    const { kafka, reader } = the;
    const topic = 'events';
    const text = { data_type: DataType.VarChar, max_length: 64 };
    await reader.createCollection(topic, [
      { name: 'place', ...text, is_primary_key: true, autoID: false },
      { name: 'title', ...text },
      { name: 'author', ...text },
      { name: 'tenant', ...text },
      { name: 'source', ...text },
      { name: 'user', data_type: DataType.Int64 },
      { name: 'at', data_type: DataType.Int64 },
      { name: 'part', data_type: DataType.Int32 },
      { name: 'position', data_type: DataType.Int64 },
      { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
    ]);
    await reader.createPartition(topic, 'fresh');
    await kafka.createTopic(topic, 2);
    const keys = {
      topics: [topic],
      'collection.name': topic,
      'partition.name': 'fresh',
      'pk.mode': 'kafka',
      'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'key.converter.schemas.enable': false,
      'fields.exclude': ['debug'],
      'fields.rename': { name: 'title' },
      'fields.source': {
        author: "$.meta['first, last'][0]",
        tenant: "$header['x-tenant']",
        source: '$topic',
        user: '$key.user.id',
        at: '$timestamp',
        part: '$partition',
        position: '$offset',
      },
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'events.dead',
    };
    const pipeline = await the.start({
      connectors: {
        'first.json': JSON.stringify({ name: 'first', config: keys }),
        'second.json': JSON.stringify({ ...keys, name: 'second' }),
      },
    });
    const value = JSON.stringify({
      name: 'A title',
      meta: { 'first, last': ['Ada', 'Lovelace'], page: 3 },
      debug: { dump: 'x'.repeat(100) },
      vector: [1, 2],
    });
    const key = JSON.stringify({ user: { id: '9007199254740993' } }).replaceAll(
      '"9007199254740993"',
      '9007199254740993',
    );
    const headers = { 'x-tenant': ['overruled', 'acme'], other: 'not read' };
    await kafka.send(topic, [
      { partition: 0, key, value, headers, timestamp: '1700000000123' },
      { partition: 1, key, value, headers, timestamp: '1700000000456' },
      { partition: 1, key, value, headers: { other: 'no tenant' }, timestamp: '1700000000789' },
    ]);
    for (const name of ['first', 'second']) await kafka.untilCommitted(`connect-${name}`, topic, 30_000);

    const row = { title: 'A title', author: 'Ada', tenant: 'acme', source: topic, user: '9007199254740993' };
    const rows = await reader.all(topic, ['*'], ['fresh']);
    expect(rows.toSorted((a, b) => (String(a.place) < String(b.place) ? -1 : 1))).toEqual([
      { place: 'events+0+0', ...row, at: '1700000000123', part: 0, position: '0', vector: [1, 2] },
      { place: 'events+1+0', ...row, at: '1700000000456', part: 1, position: '0', vector: [1, 2] },
    ]);
    expect(await reader.count(topic)).toBe(2);
    // Both connectors share the topic of dead letters, and each has sent its own.
    const letters = await kafka.readAll('events.dead');
    const names = letters.map(({ headers: sent }) => [
      String(sent['__millrace.connector']),
      String(sent['__millrace.error.code']),
      String(sent['__millrace.error.path']),
      String(sent['__millrace.offset']),
      String(sent.other),
    ]);
    expect(names.toSorted()).toEqual([
      ['first', 'V010', "$header['x-tenant']", '1', 'no tenant'],
      ['second', 'V010', "$header['x-tenant']", '1', 'no tenant'],
    ]);
    const counts = await connectorCounts(pipeline, 'first');
    expect(counts).toMatchObject({ read: 3, written: 2, deadLettered: 1, deleted: 0, filtered: 0 });
  });
});
