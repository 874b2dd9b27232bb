import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectorStatus } from './harness/consumer-status.ts';
import { serviceNames, startPipeline } from './harness/pipeline.ts';
import { scene } from './harness/scene.ts';
import { formsOf, saslPassword, saslUser } from './harness/secrets.ts';
import { exportTo, type SpanReceiver, startSpanReceiver } from './harness/span-receiver.ts';
import { until } from './harness/until.ts';
import { RecordSource } from './reference/records.ts';

const topic = 'secrets';
const token = 'root:Canary+Token/93ab17==';
const defaultToken = 'root:Canary+Default/0c77d2==';
const wrongPassword = 'Canary+Wrong/b81e55==';
const secrets = [token, token.slice(5), defaultToken, defaultToken.slice(5), saslPassword, wrongPassword];

const login = (password: string) => ({
  'consumer.override.security.protocol': 'SASL_PLAINTEXT',
  'consumer.override.sasl.mechanism': 'PLAIN',
  'consumer.override.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required username="${saslUser}" password="${password}";`,
});

/** The secrets that a text holds, in whatever form. */
const found = (text: string) => secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));

describe('secrets', () => {
  const the = scene();
  let receiver: SpanReceiver;
  beforeAll(async () => {
    receiver = await startSpanReceiver();
  });
  afterAll(() => receiver?.stop());

  it('are in no log, status or span, whatever goes well or wrong', { timeout: 90_000 }, async () => {
    const { kafka } = the;
    const source = new RecordSource({ seed: 12, partitions: 1, brokenShare: 0.1 });
    await kafka.createTopic(topic, 1);
    await kafka.createTopic('secrets-refused', 1);
    await the.createMixed(topic);
    const common = {
      'errors.tolerance': 'all',
      'errors.log.enable': 'true',
      'errors.deadletterqueue.context.headers.enable': 'true',
    };
    const pipeline = await the.start({
      bootstrap: inject('saslBootstrap'),
      connectors: {
        secrets: the.connector(topic, topic, { ...common, ...login(saslPassword), token }),
        // Its group is never joined, and its collection is not there: the ways in which things go wrong.
        refused: the.connector('secrets-refused', 'nowhere', { ...common, ...login(wrongPassword), token }),
        lost: { ...the.connector(topic, 'nowhere', { ...common, ...login(saslPassword) }), name: 'secrets-lost' },
      },
      environment: { ...exportTo(receiver), LOG_LEVEL: 'trace' },
      environmentOf: { inserter: { MILVUS_TOKEN: defaultToken } },
      ready: '/livez',
    });
    await kafka.send(topic, source.take(300));
    await kafka.untilCommitted(`connect-${topic}`, topic, 30_000);
    expect(await the.reader.count(topic)).toBe(source.rows.size);
    await until(
      'both other connectors say what is wrong',
      async () => {
        const both = await Promise.all(
          ['secrets-refused', 'secrets-lost'].map((name) => connectorStatus(pipeline, name)),
        );
        return both.every(({ millrace }) => millrace.blocked_by.length > 0);
      },
      { timeoutMs: 30_000 },
    );
    await the.milvus.stop();
    await kafka.send(topic, source.take(300));
    await until(
      'the outage shows',
      async () => (await connectorStatus(pipeline, topic)).millrace.blocked_by.length > 0,
      {
        timeoutMs: 20_000,
      },
    );

    const paths = ['/status', '/readyz', '/', '/connectors', '/connectors?expand=info&expand=status'];
    const ofConnectors = [topic, 'secrets-refused', 'secrets-lost'].flatMap((name) =>
      ['', '/config', '/status', '/tasks'].map((part) => `/connectors/${name}${part}`),
    );
    for (const name of serviceNames) {
      expect([name, found(await pipeline.log(name))]).toEqual([name, []]);
      for (const path of name === 'consumer' ? [...paths, ...ofConnectors] : paths) {
        expect([name, path, found((await pipeline.get(name, path)).text)]).toEqual([name, path, []]);
      }
    }
    // The key is shown, its value is not.
    expect(JSON.parse((await pipeline.get('consumer', `/connectors/${topic}/config`)).text)).toHaveProperty('token');
    await until('spans have come in', async () => receiver.spans.length > 3, { timeoutMs: 10_000 });
    expect(receiver.bodies.flatMap(found)).toEqual([]);
    const letters = await kafka.readAll(`${topic}.dead-letters`);
    expect(letters).toHaveLength(source.broken.filter(({ offset }) => offset < 300n).length);
    expect(letters.flatMap(({ headers }) => found(JSON.stringify(headers)))).toEqual([]);
  });

  it('are not in the problems of a start that fails', { timeout: 60_000 }, async () => {
    const keys = { ...login(saslPassword), token, 'errors.tolerance': 'maybe', toekn: token };
    const start = startPipeline({
      bootstrap: inject('saslBootstrap'),
      connectors: { broken: the.connector('secrets-broken', 'nowhere', keys) },
      environmentOf: { inserter: { MILVUS_TOKEN: defaultToken } },
      ready: '/livez',
    });
    const problems = await start.then(
      async (pipeline) => {
        await pipeline.stop();
        return 'it started';
      },
      (error: unknown) => String(error),
    );
    expect(problems).toContain('errors.tolerance');
    expect(found(problems)).toEqual([]);
  });
});
