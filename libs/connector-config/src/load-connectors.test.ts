import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { connectorText, loadFrom, loadLines, workerText } from '../test/memory-files.ts';
import { formatNote, formatProblems } from './format-problems.ts';
import { loadConnectors } from './load-connectors.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../test/fixtures', name), 'utf8');
const messages = (loaded: ReturnType<typeof loadFrom>) =>
  loaded.problems.map(({ key, message }) => `${key}: ${message}`).join('\n');

test('the two files of the old sink work with only the endpoint changed', () => {
  const sink = fixture('milvus-sink-connector.properties').replace(
    '<public.endpoint>:port',
    'milvus.example.com:19530',
  );
  const { worker, connectors, problems, notes } = loadFrom({
    '/worker.properties': fixture('connect-standalone.properties'),
    '/c/milvus-sink-connector.properties': sink,
  });
  expect(problems).toEqual([]);
  expect(worker.bootstrapServers).toEqual(['localhost:9092']);
  expect(connectors).toHaveLength(1);
  expect(connectors[0]).toMatchObject({
    name: 'zilliz-kafka-connect-milvus',
    topics: { names: ['topic_0'], pattern: undefined },
    route: { collection: 'topic_0', database: undefined, partition: undefined },
    keyFormat: undefined,
    publicEndpoint: { host: 'milvus.example.com', port: 19530, tls: true, url: 'https://milvus.example.com:19530' },
    insertMode: undefined,
    errors: { tolerance: 'none', deadLetters: undefined },
    kafka: { groupId: 'connect-zilliz-kafka-connect-milvus', autoOffsetReset: 'earliest' },
  });
  expect(connectors[0]?.token?.reveal()).toBe('*'.repeat(41));
  expect(notes.map(({ key }) => key)).toEqual([
    'offset.storage.file.filename',
    'offset.flush.interval.ms',
    'plugin.path',
    'token',
    'key.converter',
    'key.converter.schemas.enable',
  ]);
});

test('the placeholder of the tutorial, left as it is, is named as one', () => {
  const loaded = loadFrom({ '/c/a.properties': fixture('milvus-sink-connector.properties') });
  expect(loaded.problems).toHaveLength(1);
  expect(loaded.problems[0]).toMatchObject({ key: 'public.endpoint', line: 3, column: 1 });
  expect(loaded.problems[0]?.message).toContain('placeholder');
});

test('the files shipped for a first start are free of problems', () => {
  const root = join(import.meta.dirname, '../../..');
  const loaded = loadConnectors({
    workerFile: join(root, 'deploy/connect-standalone.properties'),
    connectorsDir: join(root, 'connectors'),
    env: {},
    allow: () => false,
  });
  expect(loaded.problems).toEqual([]);
  expect(loaded.worker.bootstrapServers).toEqual(['kafka:29092']);
  const shipped = loaded.connectors.find(({ name }) => name === 'zilliz-kafka-connect-milvus');
  expect(shipped).toMatchObject({ token: undefined, publicEndpoint: undefined });
  expect(shipped?.errors.deadLetters?.topic).toBe('zilliz-kafka-connect-milvus.dead-letters');
});

test('all problems of all files are reported at once, each with its place', () => {
  const { problems } = loadFrom({
    '/worker.properties': 'bootstrap.servers=kafka\nvalue.converter.schemas.enable=true',
    '/c/a.properties': 'name=a\ntopcis=t\ncollection.name=c\nbatch.bytes.max=1',
    '/c/b.json': '{"name":"b"\n"topics":"t"}',
    '/c/c.yaml': 'name: c\ntopics: [t]\ncollection:\n  name: c\nerrors.tolerance: some',
  });
  expect(problems.map(({ file, line, key }) => [file, line, key])).toEqual([
    ['/worker.properties', 1, 'bootstrap.servers'],
    ['/c/a.properties', 2, 'topcis'],
    ['/c/a.properties', undefined, 'topics'],
    ['/c/a.properties', 4, 'batch.bytes.max'],
    ['/worker.properties', 2, 'value.converter.schemas.enable'],
    ['/c/b.json', 2, undefined],
    ['/c/c.yaml', 5, 'errors.tolerance'],
  ]);
});

test('names and consumer groups may not be shared', () => {
  const loaded = loadFrom({
    '/c/a.properties': connectorText,
    '/c/b.yaml': 'topics: x\ncollection.name: x\nname: orders',
    '/c/c.properties': 'name=other\ntopics=x\ncollection.name=x\nconsumer.override.group.id=connect-orders',
  });
  expect(loaded.problems).toMatchObject([
    { file: '/c/b.yaml', line: 3, key: 'name', message: expect.stringContaining('/c/a.properties') },
    { file: '/c/c.properties', line: 4, key: 'consumer.override.group.id' },
  ]);
});

test('dead letters go to a topic of their own', () => {
  expect(loadLines('errors.tolerance=ALL').connectors[0]?.errors.deadLetters?.topic).toBe('orders.dead-letters');
  const named = loadLines(
    'errors.tolerance=all',
    'errors.deadletterqueue.topic.name=bad',
    'errors.deadletterqueue.topic.replication.factor=2',
    'errors.deadletterqueue.context.headers.enable=TRUE',
    'errors.deadletterqueue.run.max=0',
    'errors.deadletterqueue.share.max.percent=20',
  );
  expect(named.connectors[0]?.errors.deadLetters).toEqual({
    topic: 'bad',
    replicationFactor: 2,
    connectHeaders: true,
    runMax: 0,
    sharePercentMax: 20,
  });
  expect(messages(loadLines('errors.tolerance=all', 'errors.deadletterqueue.topic.name=orders'))).toContain(
    'one of topics',
  );
  expect(messages(loadLines('errors.tolerance=all', 'errors.deadletterqueue.topic.name=a b'))).toContain('topic name');
  expect(messages(loadLines('errors.tolerance=all', 'name=my orders'))).toContain('the name makes no topic name');
  expect(loadLines('errors.deadletterqueue.topic.name=bad').notes[0]?.message).toContain('not used');
});

test.each([
  [['window.bytes.max=2048'], 'window.bytes.max: must be at least batch.bytes.max'],
  [['lane.buffer.bytes.max=2048'], 'lane.buffer.bytes.max: must be at least batch.bytes.max'],
  [['retry.backoff.ms=500', 'retry.backoff.max.ms=499'], 'must be at least retry.backoff.ms'],
  [['topics=a b'], 'topics: a topic name is'],
  [['topics=..'], 'topics: a topic name is'],
  [['transforms=unwrap'], 'transforms: not supported'],
  [['connector.class=io.confluent.connect.jdbc.JdbcSinkConnector'], 'another connector'],
  [['collection.name=two words'], 'no white space'],
  [['insert.mode=replace'], 'upsert or insert or update'],
  [['name=a/b'], 'slashes'],
  [['consumer.override.auto.offset.reset=none'], 'earliest or latest'],
  [['consumer.override.heartbeat.interval.ms=45000'], 'below session.timeout.ms'],
  [['consumer.override.bootstrap.servers=x:1'], 'not supported'],
  [['public.endpoint=http://milvus:0'], '1 to 65535'],
])('%j is a problem: %s', (lines, words) => expect(messages(loadLines(...lines))).toContain(words));

test('a connector takes consumer settings from its overrides, then from the worker', () => {
  const worker = `${workerText}consumer.auto.offset.reset=latest\nconsumer.session.timeout.ms=10000\nconsumer.client.id=w`;
  const loaded = loadFrom({
    '/worker.properties': worker,
    '/c/a.properties': `${connectorText}consumer.override.session.timeout.ms=6000`,
  });
  expect(loaded.connectors[0]?.kafka).toMatchObject({
    autoOffsetReset: 'latest',
    sessionTimeoutMs: 6000,
    heartbeatIntervalMs: 2000,
    clientId: 'w',
  });
});

test('given bootstrap servers take precedence over the file, and every address is checked', () => {
  const given = loadFrom(
    { '/worker.properties': '', '/c/a.properties': connectorText },
    { bootstrapServers: 'a:1, SSL://[::1]:2,a:1' },
  );
  expect(given.worker.bootstrapServers).toEqual(['a:1', '[::1]:2']);
  expect(given.problems).toEqual([]);
  const without = loadFrom({ '/c/a.properties': connectorText }, { workerFile: undefined });
  expect(without.problems).toMatchObject([{ key: 'bootstrap.servers', message: 'must be set' }]);
  const wrong = loadFrom({ '/c/a.properties': connectorText }, { bootstrapServers: 'kafka:0,kafka,u:p@kafka:1' });
  expect(wrong.problems).toHaveLength(3);
  expect(wrong.problems.at(-1)?.found).toBeUndefined();
});

test('an unknown key far from any known one gets a note and no more', () => {
  const { problems, notes } = loadLines('my.own.remark=canary', '"canary";', '\u001b[31m=canary');
  expect(problems).toEqual([]);
  expect(notes).toHaveLength(3);
  expect(notes.map(formatNote).join()).not.toContain('canary');
});

test('a folder that is missing, empty or overfull is a problem', () => {
  expect(messages(loadFrom({}))).toContain('does not exist');
  expect(messages(loadFrom({ '/c/README.md': 'x', '/c/.hidden.properties': 'x' }))).toContain('no connector file');
  const many = Object.fromEntries(
    Array.from({ length: 257 }, (_, i) => [`/c/${i}.properties`, `name=c${i}\ntopics=t\ncollection.name=c`]),
  );
  expect(messages(loadFrom(many))).toContain('more than 256 connectors');
  const keys = Array.from({ length: 1001 }, (_, i) => `remark.number.${i}=x`);
  expect(messages(loadLines(...keys))).toContain('more than 1000 keys');
});

test('files are read from the disk, and only regular ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'connectors-'));
  try {
    mkdirSync(join(folder, 'folder.yaml'));
    writeFileSync(join(folder, 'a.properties'), connectorText);
    writeFileSync(join(folder, 'big.yaml'), Buffer.alloc(10 * 1024 * 1024, '#'));
    const loaded = loadConnectors({
      workerFile: '/dev/zero.properties',
      connectorsDir: folder,
      env: {},
      allow: () => true,
      bootstrapServers: 'k:1',
    });
    expect(loaded.connectors).toMatchObject([{ name: 'orders' }]);
    expect(messages(loaded)).toMatch(/does not exist[\s\S]*larger than 1048576 bytes[\s\S]*not a regular file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('references are resolved where they are used, and a token travels as it is', () => {
  const text = `name=orders\ntopics=\${env:TOPIC}\ncollection.name=\${file:/f.properties:coll}\ntoken=\${env:NOT_HERE}`;
  const loaded = loadFrom({ '/c/a.properties': text, '/f.properties': 'coll=docs' }, { env: { TOPIC: 'a,b' } });
  expect(loaded.problems).toEqual([]);
  expect(loaded.connectors[0]).toMatchObject({ topics: { names: ['a', 'b'] }, route: { collection: 'docs' } });
  expect(loaded.connectors[0]?.token?.reveal()).toBe('$' + '{env:NOT_HERE}');
  const refused = loadFrom({ '/c/a.properties': `${text}\ndatabase.name=\${vault:x}` }, { env: { TOPIC: '' } });
  expect(messages(refused)).toMatch(
    /topics: must be set[\s\S]*collection.name: .*does not exist[\s\S]*database.name: .*no provider/,
  );
});

test('no secret shows in a problem, a note, the result or an answer, wherever it was put', () => {
  const canary = 'canary-51fe';
  const lines = [
    `token=${canary} `,
    `tokne=${canary}`,
    `public.endpoint=https://u:${canary}@h:1`,
    'batch.bytes.max=$' + '{env:CANARY}',
    'errors.tolerance=$' + '{file:/f.properties:k}',
    'consumer.override.security.protocol=SASL_SSL',
    'consumer.override.sasl.mechanism=PLAIN',
    `consumer.override.sasl.jaas.config=${canary}`,
    `consumer.override.ssl.keystore.key=${canary}`,
    `consumer.override.ssl.truststore.password=${canary}`,
    `producer.override.sasl.jaas.config=${canary}`,
    `value.converter.basic.auth.user.info=${canary}`,
  ];
  const contents = {
    '/worker.properties': `${workerText}bootstrap.servers=u:${canary}@k:1\nsasl.jaas.config=${canary}`,
    '/c/a.properties': connectorText + lines.join('\n'),
    '/c/b.json': `{"token":"${canary}`,
    '/c/c.json': `{"token":${canary}}`,
    '/c/d.yaml': `token: "${canary}\nname: [`,
    '/c/e.yaml': `token: ${canary}: x`,
    '/f.properties': `k=${canary}`,
  };
  const loaded = loadFrom(contents, { env: { CANARY: canary } });
  expect(loaded.problems.length).toBeGreaterThan(9);
  const seen = [
    JSON.stringify(loaded),
    inspect(loaded, { depth: null, showHidden: true }),
    formatProblems(loaded.problems),
    loaded.notes.map(formatNote).join('\n'),
  ].join('\n');
  expect(seen).not.toContain('canary');
});
