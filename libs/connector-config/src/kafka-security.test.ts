// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Kafka Connect's references look like placeholders.
import { expect, test } from 'vitest';
import { connectorText, loadFrom, workerText } from '../test/memory-files.ts';

const scram =
  'org.apache.kafka.common.security.scram.ScramLoginModule required username="mill \\"race\\"" password="${env:PW};x";';
const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
const key = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----';

function load(worker: readonly string[], connector: readonly string[], files: Record<string, string> = {}) {
  const contents = {
    '/worker.properties': workerText + worker.join('\n'),
    '/c/a.properties': connectorText + connector.join('\n'),
    ...files,
  };
  const loaded = loadFrom(contents, { env: { PW: 'p"w' } });
  return { ...loaded, security: loaded.connectors[0]?.kafka.security };
}

test('a login is read out of the JAAS text', () => {
  const escaped = scram.replaceAll('\\', '\\\\');
  const { problems, security } = load(
    ['security.protocol=SASL_SSL', 'sasl.mechanism=SCRAM-SHA-512', `sasl.jaas.config=${escaped}`],
    [],
  );
  expect(problems.map(({ message }) => message)).toEqual([]);
  expect(security?.tls).toMatchObject({ ca: undefined, verifyHostName: true });
  expect(security?.sasl).toMatchObject({ mechanism: 'SCRAM-SHA-512', username: 'mill "race"' });
});

test('a connector overrides the consumer keys of the worker, and those its plain ones', () => {
  const worker = [
    'security.protocol=SASL_SSL',
    'consumer.security.protocol=SSL',
    'ssl.endpoint.identification.algorithm=',
  ];
  expect(load(worker, []).security).toMatchObject({ tls: { verifyHostName: false }, sasl: undefined });
  expect(load(worker, ['consumer.override.security.protocol=PLAINTEXT']).security).toEqual({
    tls: undefined,
    sasl: undefined,
  });
  expect(load(worker, []).worker.security.tls?.verifyHostName).toBe(false);
});

test('PEM stores give certificates and a secret key', () => {
  const lines = [
    'security.protocol=SSL',
    'ssl.truststore.location=/ca.pem',
    'ssl.keystore.location=/me.pem',
    'ssl.key.password=s',
  ];
  const { problems, security } = load(lines, [], { '/ca.pem': certificate, '/me.pem': `${key}\n${certificate}\n` });
  expect(problems).toEqual([]);
  expect(security?.tls).toMatchObject({ ca: certificate, certificateChain: certificate });
  expect(security?.tls?.privateKey?.reveal()).toContain('canary');
  expect(security?.tls?.privateKeyPassword?.reveal()).toBe('s');
  expect(JSON.stringify(security)).not.toContain('canary');
});

test.each([
  [['security.protocol=SASL_SSL'], ['security.protocol', 'security.protocol']],
  [['security.protocol=SASL_SSL', 'sasl.mechanism=GSSAPI', 'sasl.jaas.config=x'], ['sasl.mechanism']],
  [['security.protocol=SASL_SSL', 'sasl.mechanism=PLAIN', 'sasl.jaas.config=x'], ['sasl.jaas.config']],
  [['security.protocol=SSL', 'ssl.truststore.type=JKS'], ['ssl.truststore.type']],
  [['security.protocol=SSL', 'ssl.truststore.location=/none'], ['ssl.truststore.location']],
  [['security.protocol=SSL', 'ssl.keystore.location=/worker.properties'], ['ssl.keystore.location']],
  [['security.protocol=TLS'], ['security.protocol']],
])('%j is a problem', (lines, keys) => {
  expect(load(lines, []).problems.map((problem) => problem.key)).toEqual(keys);
});

test('a login that the protocol does not use gets a note', () => {
  const { problems, notes } = load(['sasl.jaas.config=x'], []);
  expect(problems).toEqual([]);
  expect(notes.map((note) => note.key)).toEqual(['sasl.jaas.config']);
});
