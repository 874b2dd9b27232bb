import { type ConfigFiles, readText } from './config-files.ts';
import {
  saslMechanisms as mechanisms,
  type saslMechanisms,
  type securityKeys,
  securityProtocols,
} from './kafka-client-keys.ts';
import type { KeyReader } from './key-reader.ts';
import { Secret } from './secret.ts';

/** How to reach Kafka's brokers. Undefined parts are not used. */
export interface KafkaSecurity {
  readonly tls: KafkaTls | undefined;
  readonly sasl: KafkaSasl | undefined;
}

/** All texts are PEM. Without `ca` the public authorities count. */
export interface KafkaTls {
  readonly ca: string | undefined;
  readonly certificateChain: string | undefined;
  readonly privateKey: Secret | undefined;
  readonly privateKeyPassword: Secret | undefined;
  readonly verifyHostName: boolean;
}

export interface KafkaSasl {
  readonly mechanism: (typeof saslMechanisms)[number];
  readonly username: string;
  readonly password: Secret;
}

type SecurityReader = KeyReader<typeof securityKeys>;

/** Reads `security.protocol`, `sasl.*` and `ssl.*`; the PEM files that they name are read too. */
export function readKafkaSecurity(read: SecurityReader, files: ConfigFiles): KafkaSecurity {
  const protocol = read.choice('security.protocol', securityProtocols);
  const usesTls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const usesSasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  if (!usesSasl && read.entry('sasl.jaas.config') !== undefined) {
    read.note('sasl.jaas.config', `not used, because security.protocol is ${protocol}`);
  }
  return { tls: usesTls ? readTls(read, files) : undefined, sasl: usesSasl ? readSasl(read) : undefined };
}

function readSasl(read: SecurityReader): KafkaSasl | undefined {
  const mechanism = read.optionalChoice('sasl.mechanism', mechanisms);
  const jaas = read.secret('sasl.jaas.config');
  for (const key of ['sasl.mechanism', 'sasl.jaas.config'] as const) {
    // Said at the protocol's place, which worker and connectors share, so it is said once.
    if (read.entry(key) === undefined) read.problem('security.protocol', `needs ${key} beside it`);
  }
  if (mechanism === undefined || jaas === undefined) return undefined;
  const options = parseJaas(jaas.reveal());
  if (options === undefined) {
    read.problem(
      'sasl.jaas.config',
      'must be a PlainLoginModule or ScramLoginModule with username and password, ending in ;',
    );
    return undefined;
  }
  return { mechanism, ...options };
}

/** `class required option="value" ..;` as java's JAAS reads it: values in double quotes, a backslash escapes. */
function parseJaas(text: string): { username: string; password: Secret } | undefined {
  const body = /^\s*[\w.$]*\b(?:Plain|Scram)LoginModule\s+(?:required|requisite|sufficient|optional)\s+(.*);\s*$/s.exec(
    text,
  );
  const options = new Map<string, string>();
  for (const [, key = '', quoted, bare] of (body?.[1] ?? '').matchAll(
    /([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/gs,
  )) {
    options.set(key, quoted?.replace(/\\(.)/gs, '$1') ?? bare ?? '');
  }
  const username = options.get('username');
  const password = options.get('password');
  return username === undefined || password === undefined ? undefined : { username, password: new Secret(password) };
}

function readTls(read: SecurityReader, files: ConfigFiles): KafkaTls {
  for (const key of ['ssl.truststore.type', 'ssl.keystore.type'] as const) read.choice(key, ['PEM']);
  const store = pemFile(read, files, 'ssl.keystore.location');
  const chain = read.text('ssl.keystore.certificate.chain') ?? store;
  const privateKey = read.secret('ssl.keystore.key') ?? (store === undefined ? undefined : new Secret(store));
  return {
    ca: certificates(read.text('ssl.truststore.certificates') ?? pemFile(read, files, 'ssl.truststore.location')),
    certificateChain: certificates(chain),
    privateKey,
    privateKeyPassword: read.secret('ssl.key.password'),
    verifyHostName: read.optionalChoice('ssl.endpoint.identification.algorithm', ['https', '']) !== '',
  };
}

function pemFile(
  read: SecurityReader,
  files: ConfigFiles,
  key: 'ssl.keystore.location' | 'ssl.truststore.location',
): string | undefined {
  const path = read.text(key);
  if (path === undefined) return undefined;
  const file = readText(files, path);
  if ('text' in file && file.text.includes('-----BEGIN CERTIFICATE-----')) return file.text;
  read.problem(
    key,
    'failure' in file ? `the file cannot be read: ${file.failure}` : 'the file holds no PEM certificate',
  );
  return undefined;
}

/** The certificates of a PEM text alone: a key store's private key must stay in its Secret. */
function certificates(pem: string | undefined): string | undefined {
  return pem?.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)?.join('\n');
}
