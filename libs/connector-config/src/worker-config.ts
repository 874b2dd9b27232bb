import { parseAddress } from './address.ts';
import type { KafkaSecurity } from './kafka-security.ts';
import type { KeyReader } from './key-reader.ts';
import type { workerKeys } from './worker-keys.ts';

/** What all connectors share. */
export interface WorkerConfig {
  /** Brokers to begin with, as `host:port`; an IPv6 host is in brackets. */
  readonly bootstrapServers: readonly string[];
  /** How to reach them where a connector says nothing else. */
  readonly security: KafkaSecurity;
}

const brokersMax = 100;

/** Reads `bootstrap.servers`. As in Kafka, a listener's name may stand before an address, as in `SSL://kafka:9093`. */
export function readBootstrapServers(read: KeyReader<typeof workerKeys>): readonly string[] {
  if (read.required('bootstrap.servers') === undefined) return [];
  const servers = read.list('bootstrap.servers');
  if (servers.length > brokersMax) read.problem('bootstrap.servers', `may hold at most ${brokersMax} addresses`);
  return servers.slice(0, brokersMax).flatMap((server) => {
    const address = parseAddress(server.replace(/^[A-Za-z0-9_]+:\/\//, ''));
    if ('port' in address) return [`${address.host}:${address.port}`];
    const hide = server.includes('@') ? { found: undefined } : {};
    read.problem('bootstrap.servers', address.failure, hide);
    return [];
  });
}
