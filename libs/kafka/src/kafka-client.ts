import type { KafkaClientConfig, KafkaSasl, KafkaTls } from '@millrace/connector-config';
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { framedSocket } from './framed-socket.ts';

/** Where kafkajs's own log goes. */
export interface KafkaLog {
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** A kafkajs client for one connector; its log goes to `log`, one level down where it is chatty. */
export function createKafka(
  brokers: readonly string[],
  config: Pick<KafkaClientConfig, 'clientId' | 'security'>,
  log: KafkaLog,
): Kafka {
  const { tls, sasl } = config.security;
  return new Kafka({
    clientId: config.clientId,
    brokers: [...brokers],
    socketFactory: framedSocket,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const level = entry.level === logLevel.ERROR ? 'warn' : 'debug';
      log[level]({ event: 'kafkajs', namespace: entry.namespace, detail: entry.log.error }, entry.log.message);
    },
    ...(tls ? { ssl: tlsOptions(tls) } : {}),
    ...(sasl ? { sasl: saslOptions(sasl) } : {}),
  } satisfies KafkaConfig);
}

function tlsOptions(tls: KafkaTls): Exclude<KafkaConfig['ssl'], boolean | undefined> {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificateChain === undefined ? {} : { cert: tls.certificateChain }),
    ...(tls.privateKey === undefined ? {} : { key: tls.privateKey.reveal() }),
    ...(tls.privateKeyPassword === undefined ? {} : { passphrase: tls.privateKeyPassword.reveal() }),
    ...(tls.verifyHostName ? {} : { checkServerIdentity: () => undefined }),
  };
}

const mechanisms = { PLAIN: 'plain', 'SCRAM-SHA-256': 'scram-sha-256', 'SCRAM-SHA-512': 'scram-sha-512' } as const;

function saslOptions(sasl: KafkaSasl): SASLOptions {
  const { username, password } = sasl;
  return { mechanism: mechanisms[sasl.mechanism], username, password: password.reveal() } as SASLOptions;
}
